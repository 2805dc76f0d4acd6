import { expect } from "vitest";
import { TransferMode } from "../../src/multiplayer/multiplayer-peer.ts";
import { defineMessages, message } from "../../src/session/index.ts";
import type { AddSessionDuty } from "./session-duty.ts";
import { areSame, type MemberOptions, numbered, type SessionMeeting, type SessionMember } from "./session-meeting.ts";
import { table } from "./session-table.ts";

/** The same names, so that the types agree; another table on the wire. */
const otherTable = {
  ...table,
  hash: defineMessages({ note: message<number>({ mode: TransferMode.UNRELIABLE }) }).hash,
} satisfies MemberOptions["messages"];

/** Gives two members these options each, and waits until both have heard that they are refused. */
async function refused(
  meeting: SessionMeeting,
  ofA: MemberOptions,
  ofB: MemberOptions,
): Promise<[SessionMember, SessionMember]> {
  const [a, b] = [meeting.add(1, ofA), meeting.add(2, ofB)];
  meeting.introduce(a, b);
  await meeting.until(() => a.heard.length > 0 && b.heard.length > 0, "both to hear of the refusal");
  await meeting.until(() => a.peer.getPeer(2) === null && b.peer.getPeer(1) === null, "the connection to close");
  expect([a.session.peers, b.session.peers]).toEqual([[], []]);
  return [a, b];
}

export function sessionComingDuties(duty: AddSessionDuty): void {
  duty(
    "S4 a peer comes when both sides have accepted each other, and nothing is heard of it before",
    async (meeting) => {
      let accept: (verdict: null) => void = () => {};
      const asked: unknown[] = [];
      const a = meeting.add(1, { hello: { name: "Ada" } });
      const b = meeting.add(2, {
        check: (hello, id) => {
          asked.push([hello, id]);
          return new Promise((resolve) => {
            accept = resolve;
          });
        },
      });
      for (const member of [a, b]) {
        member.session.on("peerJoined", () => expect(member.session.send("note", "at once")).toBe(1));
      }
      meeting.introduce(a, b);
      await meeting.until(() => asked.length > 0, "the check to be asked");
      for (let i = 0; i < 50; i++) {
        expect([a.session.send("note", "too early"), b.session.send("urgent", "too early")]).toEqual([0, 0]);
        await meeting.pass(2);
      }
      expect([asked, a.heard, b.heard, a.session.peers, b.session.peers]).toEqual([
        [[{ name: "Ada" }, 1]],
        [],
        [],
        [],
        [],
      ]);
      accept(null);
      await meeting.until(() => a.heard.length === 2 && b.heard.length === 2, "both to come");
      expect([a.heard, b.heard]).toEqual([
        ["+2", "2: at once"],
        ["+1", "1: at once"],
      ]);
      expect([a.session.peers, b.session.peers]).toEqual([[2], [1]]);
    },
  );

  duty("S5 another game, version or message table is refused, on both sides", async (meeting) => {
    const differences: [string, MemberOptions][] = [
      ["game", { game: "another" }],
      ["version", { version: "2" }],
      ["messages", { messages: otherTable }],
    ];
    for (const [code, options] of differences) {
      const [a, b] = await refused(meeting, {}, options);
      expect([a.heard, b.heard]).toEqual([[`!2 us ${code}`], [`!1 us ${code}`]]);
      for (const { session } of meeting.members.splice(0)) session.close();
    }
  });

  duty("S5 who the game's own check refuses learns why, and by whom", async (meeting) => {
    const reasons: string[] = [];
    const a = meeting.add(1, { hello: "guess" });
    const b = meeting.add(2, { check: async (hello) => (hello === "token" ? null : `${String(hello)} is no token`) });
    for (const { session } of [a, b]) {
      session.on("peerRefused", (id, { by, code, reason }) => reasons.push(`${id} ${by} ${code} ${reason}`));
    }
    meeting.introduce(a, b);
    await meeting.until(() => reasons.length === 2, "both to hear of the refusal");
    expect(reasons.sort()).toEqual(["1 us check guess is no token", "2 them check guess is no token"]);
    await meeting.until(() => a.peer.getPeer(2) === null && b.peer.getPeer(1) === null, "the connection to close");
    expect([a.heard, b.heard]).toEqual([["!2 them check"], ["!1 us check"]]);
  });

  duty("S7 a peer without a session is refused after the time-out, and the others go on", async (meeting) => {
    const [a, b] = await meeting.pair({ limits: { handshakeMs: 1_000 } });
    const raw = meeting.addRaw(3);
    meeting.introduce(a, { player: raw });
    meeting.introduce(b, { player: raw });
    await meeting.until(() => {
      raw.peer.poll();
      raw.read();
      return raw.events.length === 4 && a.heard.length === 2 && b.heard.length === 2;
    }, "the raw peer to be refused");
    raw.peer.close();
    expect([a.heard, b.heard]).toEqual([
      ["+2", "!3 us no-handshake"],
      ["+1", "!3 us no-handshake"],
    ]);
    expect(raw.events.slice(2).sort()).toEqual(["-1 closed-by-peer", "-2 closed-by-peer"]);
    a.session.send("note", "still here");
    await meeting.until(() => b.notes.length === 1, "a note");
  });

  duty("S9 disconnect brings all that was sent, then the words; who comes again has come anew", async (meeting) => {
    const [a, b] = await meeting.pair();
    for (let i = 0; i < 100; i++) a.session.send("note", `${i}`);
    a.session.send("bulk", numbered(1, 200_000));
    a.session.disconnect(2, "enough");
    await meeting.until(() => a.heard.length === 2 && b.events.length === 2, "both to hear of the end");
    expect(a.heard).toEqual(["+2", "-2 closed-locally"]);
    expect(b.notes).toEqual(Array.from({ length: 100 }, (_, i) => `${i}`));
    expect(b.bytesOf("bulk").map((bytes) => areSame(bytes, numbered(1, 200_000)))).toEqual([true]);
    expect([b.heard.at(-1), b.events]).toEqual(["-1 left enough", ["+1", "-1 left enough"]]);
    await meeting.until(() => a.peer.getPeer(2) === null && b.peer.getPeer(1) === null, "the connection to close");
    meeting.introduce(b, a);
    await meeting.until(() => a.session.hasPeer(2) && b.session.hasPeer(1), "the two to come anew");
    b.session.send("note", "again");
    await meeting.until(() => a.notes.length === 1, "a note");
    expect([a.events, b.events]).toEqual([
      ["+2", "-2 closed-locally", "+2"],
      ["+1", "-1 left enough", "+1"],
    ]);
  });

  duty("S9, S73 a peer whose connection ends without goodbye leaves as silent", async (meeting) => {
    const [a, b] = await meeting.pair({ limits: { goneAfterMs: 1_500 } });
    b.session.send("note", "last");
    b.session.flush();
    b.peer.removePeer(1);
    await meeting.until(() => a.events.length === 3 && b.events.length === 2, "both to hear of the end");
    expect([a.heard, b.heard]).toEqual([
      ["+2", "2: last", "2 unstable", "-2 silent"],
      ["+1", "-1 closed-locally"],
    ]);
  });

  duty("S70, S71 another connection goes on where the last one was lost", async (meeting) => {
    const [a, b] = await meeting.pair();
    for (let i = 0; i < 100; i++) a.session.send("note", `${i}`);
    a.session.send("bulk", numbered(1, 200_000));
    a.session.flush();
    a.peer.disconnectPeer(2, false, "connection-lost");
    await meeting.until(() => a.peer.getPeer(2) === null && b.peer.getPeer(1) === null, "the connection to close");
    expect([a.session.peers, b.session.peers, a.session.send("note", "100")]).toEqual([[2], [1], 1]);
    meeting.introduce(b, a);
    await meeting.until(() => b.notes.length === 101 && b.bytesOf("bulk").length === 1, "all to be heard");
    expect(b.notes).toEqual(Array.from({ length: 101 }, (_, i) => `${i}`));
    expect(b.bytesOf("bulk").map((bytes) => areSame(bytes, numbered(1, 200_000)))).toEqual([true]);
    b.session.send("note", "heard");
    await meeting.until(() => a.notes.length === 1, "an answer");
    expect([...a.events, ...b.events].filter((event) => event.startsWith("-"))).toEqual([]);
    expect(a.session.statistics(2)).toMatchObject({ resumes: 1, faults: {} });
  });

  duty("S10 close hands over much that is queued, in order, then the goodbye", async (meeting) => {
    const [a, b] = await meeting.pair();
    const sizes: [name: "game" | "bulk", size: number][] = [
      ["bulk", 1_500_000],
      ["game", 300_000],
      ["bulk", 5_000],
      ["game", 10],
    ];
    for (const [i, [name, size]] of sizes.entries()) a.session.send(name, numbered(i, size));
    for (let i = 0; i < 1_000; i++) a.session.send(i % 2 === 0 ? "note" : "urgent", `${i}`);
    a.session.close("good night");
    expect(() => a.session.send("note", "too late")).toThrow(expect.objectContaining({ code: "closed" }));
    await meeting.until(() => b.events.length === 2, "the goodbye");
    const got = b.bytes.map(({ name, bytes }) => [name, bytes.length]);
    expect(got.filter(([name]) => name === "bulk")).toEqual(sizes.filter(([name]) => name === "bulk"));
    expect(got.filter(([name]) => name === "game")).toEqual(sizes.filter(([name]) => name === "game"));
    expect([b.heard.length, b.heard.at(-1)]).toEqual([1_002, "-1 left good night"]);
    expect(b.heard.filter((line) => line.startsWith("1: "))).toEqual(evenFrom(0).map((i) => `1: ${i}`));
    expect(b.heard.filter((line) => line.startsWith("1 urgently"))).toEqual(evenFrom(1).map((i) => `1 urgently: ${i}`));
    for (const [i, [, size]] of sizes.entries()) {
      expect(b.bytes.filter(({ bytes }) => areSame(bytes, numbered(i, size)))).toHaveLength(1);
    }
    expect([b.session.peers, a.heard]).toEqual([[], ["+2"]]);
  });
}

function evenFrom(start: number): number[] {
  return Array.from({ length: 500 }, (_, i) => start + i * 2);
}
