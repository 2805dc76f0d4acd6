import { expect } from "vitest";
import { until } from "../support/until.ts";
import {
  type BackendPair,
  carries,
  connectedPair,
  pattern,
  quiet,
  routeOver,
  untilTold,
  wiredPair,
} from "./backend-pair.ts";
import type { AddDuty, Subject } from "./duty.ts";
import type { Wire } from "./means.ts";
import type { ChannelRecord } from "./recording.ts";

export function restartDuties(duty: AddDuty, subject: Subject): void {
  const { means } = subject;

  /** Whether both have applied this many offers and their answers. */
  function areStable(pair: BackendPair, rounds: number): boolean {
    return [pair.a, pair.b].every(
      ({ recording }) =>
        recording.states("signalling").filter((state) => state === "stable").length >= rounds &&
        recording.states("gathering").at(-1) === "complete",
    );
  }

  function expectUndisturbed(pair: BackendPair, ...channels: readonly ChannelRecord[]): void {
    for (const { recording } of [pair.a, pair.b]) {
      expect(recording.states("connection")).toEqual(["connecting", "connected"]);
      expect(recording.failures).toEqual([]);
      expect(recording.toldInsideCalls).toEqual([]);
    }
    for (const { heard } of channels) expect(heard.filter((word) => word.startsWith("clos"))).toEqual([]);
  }

  for (const [who, other] of [
    ["a", "b"],
    ["b", "a"],
  ] as const) {
    duty(
      `B15 a restart by the side that ${who === "a" ? "offered" : "answered"}: a new offer, new credentials, and nothing else changes`,
      async () => {
        const { pair, toB, toA } = await connectedPair(subject);
        await pair.until(() => areStable(pair, 1), "the end of candidates");
        const before = [pair.a, pair.b].map(({ recording }) => credentials(recording.descriptions.at(-1)?.sdp));
        for (let i = 0; i < 30; i++) toB.backend.send(pattern(10_000, i));
        expect(pair[who].backend.restartIce?.()).toBeUndefined();
        pair[who].backend.createOffer();
        for (let i = 30; i < 60; i++) toB.backend.send(pattern(10_000, i));
        toA.backend.send("back");
        await pair.until(() => areStable(pair, 2), "the restart");
        toB.backend.send(pattern(10_000, 60));
        await pair.until(() => toA.messages.length >= 61 && toB.messages.length >= 1, "the messages");
        await quiet(subject);
        expect(toA.messages.findIndex((data, i) => !carries(data, pattern(10_000, i)))).toBe(-1);
        expect(pair[who].recording.descriptions.at(-1)?.type).toBe("offer");
        expect(pair[other].recording.descriptions.at(-1)?.type).toBe("answer");
        const after = [pair.a, pair.b].map(({ recording }) => credentials(recording.descriptions.at(-1)?.sdp));
        for (const [i, credential] of after.entries()) expect(credential).not.toBe(before[i]);
        expectUndisturbed(pair, toA, toB);
        pair.close();
      },
    );
  }

  duty("B15 a restart whose offer was lost is begun again, and one that is never answered harms nothing", async () => {
    const { pair, toB, toA } = await connectedPair(subject);
    await pair.until(() => areStable(pair, 1), "the end of candidates");
    const { a, b } = pair;
    const again = async (): Promise<string> => {
      const known = a.recording.descriptions.length;
      const candidates = a.recording.candidates.length;
      a.backend.restartIce?.();
      a.backend.createOffer();
      await untilTold(subject, () => a.recording.descriptions.length > known, "an offer");
      const { sdp } = a.recording.descriptions.at(-1) as { readonly sdp: string };
      a.backend.setLocalDescription("offer", sdp);
      // That an offer is lost is known only much later: until then its candidates come.
      const isGathered = (): boolean =>
        a.recording.candidates.length > candidates && a.recording.states("gathering").at(-1) === "complete";
      await untilTold(subject, isGathered, "the end of candidates");
      return sdp;
    };
    const lost = await again();
    toB.backend.send("meanwhile");
    await untilTold(subject, () => toA.messages.length === 1, "a message while no answer comes");
    const ofFirst = a.recording.candidates.length;
    const offer = await again();
    expect(credentials(offer)).not.toBe(credentials(lost));
    toB.backend.send("still");
    toA.backend.send("and back");
    await untilTold(subject, () => toA.messages.length + toB.messages.length === 3, "messages on the old path");
    b.backend.setRemoteDescription("offer", offer);
    await untilTold(subject, () => b.recording.descriptions.length === 2, "an answer");
    const answer = b.recording.descriptions[1]?.sdp ?? "";
    const due = [
      { from: a, to: b, next: ofFirst },
      { from: b, to: a, next: b.recording.candidates.length },
    ];
    const carryCandidates = (): void => {
      for (const way of due) {
        for (const { media, index, name } of way.from.recording.candidates.slice(way.next)) {
          way.next += 1;
          way.to.backend.addIceCandidate(media, index, name);
        }
      }
    };
    b.backend.setLocalDescription("answer", answer);
    a.backend.setRemoteDescription("answer", answer);
    const carried = { step: carryCandidates, time: means };
    await until(() => areStable(pair, 2), { ...carried, what: "the restart" });
    toB.backend.send("after");
    await until(() => toA.messages.length === 3, { ...carried, what: "a message after the restart" });
    expect(toA.messages).toEqual(["meanwhile", "still", "after"]);
    expect(toB.messages).toEqual(["and back"]);
    expectUndisturbed(pair, toA);
    pair.close();
  });

  duty(
    "B15 after a restart packets take the new path, and the old one is not needed",
    async () => {
      const [first, second] = [(await means.openWire?.()) as Wire, (await means.openWire?.()) as Wire];
      const { pair, toB, toA } = await wiredPair(subject, first);
      await pair.until(() => areStable(pair, 1), "the end of candidates");
      routeOver(pair, second);
      pair.a.backend.restartIce?.();
      pair.a.backend.createOffer();
      await pair.until(() => areStable(pair, 2), "the restart");
      await first.cut();
      for (let i = 0; i < 20; i++) {
        toB.backend.send(pattern(5_000, i));
        toA.backend.send(pattern(5_000, i));
      }
      await pair.until(() => toA.messages.length === 20 && toB.messages.length === 20, "what was sent");
      for (const end of [toA, toB])
        expect(end.messages.findIndex((data, i) => !carries(data, pattern(5_000, i)))).toBe(-1);
      expect(pair.a.recording.failures).toEqual([]);
      pair.close();
      await first.close();
      await second.close();
    },
    { needs: "openWire", timeoutMs: 40_000 },
  );

  duty("B16 a backend with a relay says whether it sends by it", async () => {
    const { pair } = await connectedPair(subject);
    expect([undefined, true, false]).toContain(pair.a.backend.isRelayed);
    pair.close();
  });
}

let asked = 0;

/** The name under which a description's path is checked, where there is ICE; and elsewhere another each time. */
function credentials(sdp = ""): string {
  asked += 1;
  return /^a=ice-ufrag:(\S+)/m.exec(sdp)?.[1] ?? `${asked}`;
}
