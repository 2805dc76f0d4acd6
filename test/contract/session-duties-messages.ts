import { expect } from "vitest";
import { realTime } from "../support/until.ts";
import type { AddSessionDuty, SessionSubject } from "./session-duty.ts";
import { areSame, numbered, type SessionMember, watchFrames } from "./session-meeting.ts";

/** Around all that is handled differently: whole, in parts, in several frames. Unit: bytes. */
const RELIABLE_SIZES = [0, 1, 127, 128, 1_100, 4_096, 4_097, 16_380, 16_384, 65_536, 300_000];
/** The longest is what four parts carry. */
const UNRELIABLE_SIZES = [0, 2, 127, 128, 1_000, 1_093, 1_094, 2_500, 4_348];

/** Chromium gives the same statistics again for 50 ms. */
const STATS_LIFETIME_MS = 100;

export function sessionMessageDuties(duty: AddSessionDuty, { isBrowser = false }: SessionSubject): void {
  duty("S13 messages of all sizes, both ways at once, arrive once and in order", async (meeting) => {
    const members = await meeting.pair();
    const rounds = 3;
    for (let round = 0; round < rounds; round++) {
      for (const [i, size] of RELIABLE_SIZES.entries()) {
        for (const { session } of members) {
          session.send("game", numbered(round * 100 + i, size));
          session.send("bulk", numbered(round * 100 + 50 + i, size));
        }
        await meeting.pass(2);
      }
    }
    const count = rounds * RELIABLE_SIZES.length;
    await meeting.until(
      () => members.every((member) => member.bytesOf("game").length + member.bytesOf("bulk").length >= 2 * count),
      "all of it",
    );
    for (const member of members) {
      for (const [name, first] of [
        ["game", 0],
        ["bulk", 50],
      ] as const) {
        const got = member.bytesOf(name);
        expect(got).toHaveLength(count);
        for (const [at, bytes] of got.entries()) {
          const round = Math.floor(at / RELIABLE_SIZES.length);
          const i = at % RELIABLE_SIZES.length;
          expect([name, at, areSame(bytes, numbered(round * 100 + first + i, RELIABLE_SIZES[i] as number))]).toEqual([
            name,
            at,
            true,
          ]);
        }
      }
      expect(new Set(member.bytes.map(({ from }) => from)).size).toBe(1);
    }
  });

  duty(
    "S13 unreliable messages of all sizes, both ways at once, arrive whole, and S19 never twice",
    async (meeting) => {
      const members = await meeting.pair();
      let number = 0;
      const isMissing = (member: SessionMember, name: "ordered" | "unreliable", size: number): boolean =>
        !member.bytesOf(name).some((bytes) => bytes.length === size);
      const anyMissing = (): boolean =>
        UNRELIABLE_SIZES.some((size) =>
          members.some((member) => isMissing(member, "ordered", size) || isMissing(member, "unreliable", size)),
        );
      await meeting.until(() => {
        // What is lost stays lost: a game sends the next.
        if (number < 60_000) {
          for (const size of UNRELIABLE_SIZES) {
            number += 1;
            for (const { session } of members) {
              session.send("ordered", numbered(number, size));
              session.send("unreliable", numbered(number, size));
            }
          }
        }
        return !anyMissing();
      }, "one of each size");
      for (const member of members) {
        for (const name of ["ordered", "unreliable"] as const) {
          const got = member.bytesOf(name).filter((bytes) => bytes.length > 1);
          const numbers = got.map((bytes) => (bytes[0] as number) + 256 * (bytes[1] as number));
          for (const [i, bytes] of got.entries()) {
            expect([name, bytes.length, areSame(bytes, numbered(numbers[i] as number, bytes.length))]).toEqual([
              name,
              bytes.length,
              true,
            ]);
          }
          expect(new Set(numbers).size).toBe(numbers.length);
          if (name === "ordered") expect(numbers).toEqual([...numbers].sort((one, other) => one - other));
        }
      }
    },
  );

  duty("S24 ten messages of a flush are one packet for each peer, as the connection is given them", async (meeting) => {
    const [a, b] = await meeting.pair();
    const c = meeting.add(3);
    meeting.introduce(a, c);
    await meeting.until(() => a.session.peers.length === 2 && c.session.hasPeer(1), "the third to come");
    const frames = [watchFrames(a, b), watchFrames(a, c)];
    const countIn = async (label: string): Promise<number[]> =>
      isBrowser ? Promise.all([b, c].map((to) => messagesSent(a, to, label))) : [];
    for (const [label, name] of [
      ["reliable", "game"],
      ["unreliable", "unreliable"],
    ] as const) {
      await meeting.until(() => frames.every((each) => each.length > 0), "a heartbeat");
      const before = await countIn(label);
      for (const each of frames) each.length = 0;
      for (let i = 0; i < 10; i++) a.session.send(name, numbered(i, 20));
      expect(frames).toEqual([[], []]);
      a.session.flush();
      for (const each of frames) {
        // A heartbeat that is due goes by itself.
        const onChannel = each.filter(({ channel }) => channel === label);
        expect(onChannel).toHaveLength(1);
        // A frame's head, and of each message type and length; beside messages that may be lost, a ping and a pong may travel.
        expect((onChannel[0]?.length ?? 0) - (4 + 10 * 22)).toBeOneOf(label === "reliable" ? [0] : [0, 3, 17, 20]);
      }
      if (isBrowser) expect(await countIn(label)).toEqual(before.map((count) => count + 1));
      await meeting.until(() => [b, c].every((to) => to.bytesOf(name).length === 10), "all ten at both");
    }
  });
}

/** What the browser counted on a channel. */
async function messagesSent(from: SessionMember, to: SessionMember, label: string): Promise<number> {
  await realTime.pass(STATS_LIFETIME_MS);
  const native = from.wayTo(to).connection.getNative() as RTCPeerConnection;
  let sent = Number.NaN;
  (await native.getStats()).forEach((entry: { type: string; label?: string; messagesSent?: number }) => {
    if (entry.type === "data-channel" && entry.label === label) sent = entry.messagesSent ?? Number.NaN;
  });
  return sent;
}
