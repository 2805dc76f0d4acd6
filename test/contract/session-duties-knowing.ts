import { expect } from "vitest";
import type { PeerStatistics } from "../../src/session/index.ts";
import type { AddSessionDuty, SessionSubject } from "./session-duty.ts";
import { numbered } from "./session-meeting.ts";

export function sessionKnowingDuties(
  duty: AddSessionDuty,
  { isBrowser = false, tellsPath = isBrowser }: SessionSubject,
): void {
  duty("S34 statistics tell the round trip, the path, and the same counts on both sides", async (meeting) => {
    const [a, b] = await meeting.pair();
    for (let i = 0; i < 30; i++) {
      a.session.send("note", `${i}`);
      a.session.send("bulk", numbered(i, i * 1_000));
      b.session.send("urgent", `${i}`);
      await meeting.pass(10);
    }
    const here = (): PeerStatistics => a.session.statistics(2) as PeerStatistics;
    const there = (): PeerStatistics => b.session.statistics(1) as PeerStatistics;
    await meeting.until(() => here().roundTripMs > 0 && there().roundTripMs > 0, "the round trips");
    await meeting.until(() => there().receivedMessages === 60 && here().receivedMessages === 30, "all messages");
    if (tellsPath) await meeting.until(() => here().path !== null && there().path !== null, "the paths");
    expect([here().path, there().path]).toEqual(tellsPath ? ["direct", "direct"] : [null, null]);
    expect(here()).toMatchObject({
      sentMessages: 60,
      receivedMessages: 30,
      shedMessages: 0,
      queuedBytes: 0,
      faults: {},
    });
    expect(there()).toMatchObject({ sentMessages: 30, receivedMessages: 60, isUnstable: false, faults: {} });
    expect(here().lanes).toMatchObject({
      game: { sentMessages: 30 },
      bulk: { sentMessages: 30 },
      input: { receivedMessages: 30 },
    });
    expect(there().lanes).toMatchObject({
      game: { receivedMessages: 30 },
      bulk: { receivedMessages: 30 },
      input: { sentMessages: 30 },
    });
    for (const { leastRoundTripMs, roundTripMs, jitterMs, sentLossRatio, receivedLossRatio } of [here(), there()]) {
      expect(leastRoundTripMs).toBeGreaterThanOrEqual(0);
      expect(leastRoundTripMs).toBeLessThan(roundTripMs * 2 + 1);
      expect(jitterMs).toBeGreaterThanOrEqual(0);
      for (const ratio of [sentLossRatio, receivedLossRatio]) expect(ratio >= 0 && ratio <= 1).toBe(true);
    }
    // Heartbeats go on: there are moments in which nothing is on its way. What was lost stays so.
    await meeting.until(
      () => agree(here(), there()) && agree(there(), here()),
      "the counts of frames and bytes to agree",
    );
    await meeting.until(() => here().unacknowledgedFrames === 0 && here().bufferedBytes === 0, "all to be confirmed");
    expect(a.session.statistics(9)).toBe(null);
  });

  duty("S35 a peer that stands still is unstable, and stable again with the next byte", async (meeting) => {
    const [a, b] = await meeting.pair();
    b.isAsleep = true;
    await meeting.until(() => a.heard.length === 2, "the silence to be noticed");
    expect([a.heard, a.session.statistics(2)?.isUnstable]).toEqual([["+2", "2 unstable"], true]);
    expect(a.session.statistics(2)?.silentMs).toBeGreaterThanOrEqual(1_000);
    a.session.send("note", "are you there?");
    b.isAsleep = false;
    await meeting.until(() => a.heard.length === 3 && b.notes.length === 1, "stability");
    expect([a.heard, b.heard]).toEqual([
      ["+2", "2 unstable", "2 stable"],
      ["+1", "1: are you there?"],
    ]);
  });

  duty("S35 a peer that stays silent leaves, and who has nothing to say does not", async (meeting) => {
    const [a, b] = await meeting.pair({ limits: { goneAfterMs: 1_500 } });
    const startMs = meeting.nowMs;
    await meeting.until(() => meeting.nowMs - startMs > 3_000, "silence on the game's part");
    expect([a.session.peers, b.session.peers]).toEqual([[2], [1]]);
    b.isAsleep = true;
    await meeting.until(() => !a.session.hasPeer(2), "the end");
    expect(a.heard.slice(-2)).toEqual(["2 unstable", "-2 silent"]);
    b.isAsleep = false;
    await meeting.until(() => !b.session.hasPeer(1), "the other side to notice");
    expect(b.heard.at(-1)).toBe("-1 left silent");
  });
}

function agree(sender: PeerStatistics, receiver: PeerStatistics): boolean {
  const [frames, bytes] = [sender.sentFrames - receiver.receivedFrames, sender.sentBytes - receiver.receivedBytes];
  return receiver.receivedLossRatio === 0 ? frames === 0 && bytes === 0 : frames > 0 && bytes > 0;
}
