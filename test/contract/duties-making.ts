import { expect } from "vitest";
import type { ConnectionConfiguration } from "../../src/seam/connection-backend.ts";
import { BackendPair, connectedPair, PLAIN, quiet, Side } from "./backend-pair.ts";
import type { AddDuty, Subject } from "./duty.ts";
import { Recording } from "./recording.ts";

const UNUSABLE: ConnectionConfiguration = { iceServers: [{ urls: "turn:127.0.0.1" }] };

export function makingDuties(duty: AddDuty, subject: Subject): void {
  const { create, means } = subject;
  duty("B1 a configuration that cannot be used throws, in words, and nothing is told", async () => {
    const recording = new Recording();
    expect(() => create(UNUSABLE, recording)).toThrow(/\w/);
    await quiet(subject);
    expect(recording.heard).toEqual([]);
  });

  duty(
    "B1 what a failed making leaves behind is nothing: 600 of them do not keep the next pair from connecting",
    async () => {
      for (let i = 0; i < 600; i++) expect(() => create(UNUSABLE, new Recording())).toThrow();
      const { pair } = await connectedPair(subject);
      pair.close();
    },
  );

  duty("B1 making one tells nothing and starts nothing", async () => {
    const side = new Side(subject);
    expect(side.recording.heard).toEqual([]);
    side.channel("any");
    side.channel("negotiated", { negotiated: true, id: 3 });
    await quiet(subject);
    expect(side.recording.heard).toEqual([]);
    side.backend.close();
  });

  duty("B1 a configuration reaches what is below", async () => {
    // With relays alone and no relay there are no candidates.
    const recording = new Recording();
    const backend = create({ iceServers: [], iceTransportPolicy: "relay" }, recording);
    backend.createChannel("any", PLAIN);
    backend.createOffer();
    const pair = new BackendPair(subject);
    await pair.until(() => recording.descriptions.length > 0, "an offer");
    backend.setLocalDescription("offer", recording.descriptions[0]?.sdp ?? "");
    await pair.until(() => recording.states("gathering").includes("complete"), "the end of candidates");
    expect(recording.candidates).toEqual([]);
    backend.close();
    pair.close();
  });

  duty("B14 native is the underlying connection, always the same", async () => {
    const { pair } = await connectedPair(subject);
    const { native } = pair.a.backend;
    expect(native).toBeTruthy();
    expect(pair.b.backend.native).not.toBe(native);
    expect(means.isClosed(native)).toBe(false);
    pair.close();
    expect(pair.a.backend.native).toBe(native);
    await pair.until(() => means.isClosed(native), "the native connection to end");
  });
}
