import { expect } from "vitest";
import { CLOSE_DEADLINE_MS } from "../../src/seam/connection-backend.ts";
import { until } from "../support/until.ts";
import { BackendPair, carries, connectedPair, pattern, quiet, type Side, wiredPair } from "./backend-pair.ts";
import type { AddDuty, Subject } from "./duty.ts";
import type { Wire } from "./means.ts";
import type { ChannelRecord } from "./recording.ts";

/** What a machine under load may take beside the deadline itself. Unit: ms. */
const SLACK_MS = 2_000;

export function closingDuties(duty: AddDuty, subject: Subject): void {
  const { means } = subject;
  /** Waits for the underlying connection's end; gives how long it took. */
  async function closed(side: Side, deadlineMs = CLOSE_DEADLINE_MS + SLACK_MS): Promise<number> {
    const start = means.nowMs();
    await until(() => means.isClosed(side.backend.native), {
      deadlineMs,
      what: "the native connection to end",
      time: means,
    });
    return means.nowMs() - start;
  }

  for (const total of [65_536, 1_048_576]) {
    duty(
      `B12 ${total} bytes on several channels, sent just before close, arrive; then the far side's channels close`,
      async () => {
        const pair = new BackendPair(subject);
        const plain = pair.negotiate(1);
        const unordered = pair.negotiate(2, { ordered: false });
        const inBand = pair.a.channel("in band");
        await pair.connect(...plain, ...unordered, inBand);
        const farEnd = await inUse(pair, inBand);
        const ends = [plain, unordered, [inBand, farEnd] as const];
        const size = total / 64;
        for (let i = 0; i < 64; i++) for (const [near] of ends) near.backend.send(pattern(size, i));
        pair.a.backend.close();
        await pair.until(
          () => ends.every(([, far]) => far.heard.includes("closed")),
          "the far side's channels to close",
        );
        for (const [near, far] of ends) {
          expect(far.messages).toHaveLength(64);
          expect(far.heard.indexOf("closed")).toBeGreaterThan(far.heard.lastIndexOf("message"));
          if (near.facts.ordered)
            expect(far.messages.findIndex((data, i) => !carries(data, pattern(size, i)))).toBe(-1);
        }
        await closed(pair.a);
        pair.b.backend.close();
      },
    );
  }

  duty("B12 what the answering side sent on a channel of the far side's making arrives, too", async () => {
    const pair = new BackendPair(subject);
    const inBand = pair.a.channel("in band");
    await pair.connect(inBand);
    await pair.until(() => pair.b.recording.received[0]?.heard.includes("open"), "the channel in band");
    for (let i = 0; i < 32; i++) pair.b.recording.received[0]?.backend.send(pattern(32_768, i));
    pair.b.backend.close();
    await pair.until(() => inBand.heard.includes("closed"), "the far side's channel to close");
    expect(inBand.messages).toHaveLength(32);
    expect(inBand.messages.findIndex((data, i) => !carries(data, pattern(32_768, i)))).toBe(-1);
    await closed(pair.b);
    pair.a.backend.close();
  });

  duty("B12 a channel that was closing already is waited for", async () => {
    const { pair, toB, toA } = await connectedPair(subject);
    for (let i = 0; i < 32; i++) toB.backend.send(pattern(32_768, i));
    toB.backend.close();
    pair.a.backend.close();
    await pair.until(() => toA.heard.includes("closed"), "the far side's channel to close");
    expect(toA.messages).toHaveLength(32);
    await closed(pair.a);
    pair.b.backend.close();
  });

  duty("B12 the far side is told soon, and the connection ends well before the deadline", async () => {
    const { pair, toA } = await connectedPair(subject);
    const start = means.nowMs();
    pair.a.backend.close();
    await pair.until(() => toA.heard.includes("closed"), "the far side's channel to close");
    await closed(pair.a);
    expect(means.nowMs() - start).toBeLessThan(CLOSE_DEADLINE_MS / 2);
    expect(toA.heard.filter((word) => word !== "closing")).toEqual(["open", "closed"]);
    pair.b.backend.close();
  });

  duty("B12 close returns at once, a second close does nothing, and nothing is told from the call on", async () => {
    const pair = new BackendPair(subject);
    const [toB, toA] = pair.negotiate(1);
    const [other, otherEnd] = pair.negotiate(2);
    await pair.connect(toB, toA, other, otherEnd);
    const send = (): void => {
      for (let i = 0; i < 64; i++) {
        toB.backend.send(pattern(16_384, i));
        toA.backend.send(pattern(16_384, i));
        other.backend.send("there");
        otherEnd.backend.send("back");
      }
    };
    send();
    await pair.until(() => toB.messages.length > 0, "the first of it");
    // Now some is under way in both directions, and some still waits.
    send();
    const told = pair.a.recording.heard.length;
    const start = means.nowMs();
    expect(pair.a.backend.close()).toBeUndefined();
    expect(pair.a.backend.close()).toBeUndefined();
    expect(means.nowMs() - start).toBeLessThan(SLACK_MS);
    await pair.until(() => toA.heard.includes("closed") && otherEnd.heard.includes("closed"), "the far side to notice");
    pair.a.backend.close();
    await closed(pair.a);
    await quiet(subject);
    expect(pair.a.recording.heard.slice(told)).toEqual([]);
    expect(toA.messages).toHaveLength(128);
    expect(otherEnd.messages).toHaveLength(128);
    pair.b.backend.close();
  });

  duty("B12 close from inside a callback is as good as any", async () => {
    const { pair, toB, toA } = await connectedPair(subject);
    toA.react = (what) => {
      if (what !== "message") return;
      toA.backend.send("last words");
      pair.b.backend.close();
    };
    for (let i = 0; i < 10; i++) toB.backend.send(pattern(100, i));
    await pair.until(() => toB.heard.includes("closed"), "the far side to notice");
    expect(toA.messages).toHaveLength(1);
    expect(toB.messages).toEqual(["last words"]);
    await closed(pair.b);
    await quiet(subject);
    expect(toA.heard).toEqual(["open", "message"]);
    pair.a.backend.close();
  });

  duty("B12 both sides close at once: what each sent is not told any more, both are done, neither waits", async () => {
    const { pair, toB, toA } = await connectedPair(subject);
    for (let i = 0; i < 32; i++) {
      toB.backend.send(pattern(32_768, i));
      toA.backend.send(pattern(32_768, i));
    }
    const told = [pair.a.recording.heard.length, pair.b.recording.heard.length];
    pair.close();
    await Promise.all([closed(pair.a), closed(pair.b)]);
    await quiet(subject);
    expect([pair.a.recording.heard.length, pair.b.recording.heard.length]).toEqual(told);
  });

  duty("B12 close at every stage of connecting ends it, at once and silently", async () => {
    for (const steps of [0, 1, 2, 3, 4, 6, 8, 12]) {
      const pair = new BackendPair(subject);
      pair.negotiate(1);
      pair.a.channel("in band");
      if (steps > 0) pair.a.backend.createOffer();
      for (let i = 1; i < steps; i++) {
        pair.step();
        await quiet(subject, 2);
      }
      const told = [pair.a.recording.heard.length, pair.b.recording.heard.length];
      pair.close();
      await Promise.all([closed(pair.a), closed(pair.b)]);
      await quiet(subject, 30);
      expect([pair.a.recording.heard.length, pair.b.recording.heard.length]).toEqual(told);
    }
  });

  duty("B12 a far side that has died does not keep it from ending", async () => {
    const { pair, toB } = await connectedPair(subject);
    for (let i = 0; i < 64; i++) toB.backend.send(pattern(16_384, i));
    means.kill(pair.b.backend.native);
    pair.a.backend.close();
    await closed(pair.a);
    pair.b.backend.close();
  });

  duty("B12 a far side that has died before is noticed by its channels, and closing is quick", async () => {
    const { pair, toB } = await connectedPair(subject);
    means.kill(pair.b.backend.native);
    await pair.until(() => toB.heard.includes("closed"), "the channel to close");
    expect(toB.count("closed")).toBe(1);
    pair.a.backend.close();
    expect(await closed(pair.a)).toBeLessThan(CLOSE_DEADLINE_MS / 2);
    pair.b.backend.close();
  });

  duty(
    "B12 a far side that never answers does not keep it longer than the deadline",
    async () => {
      const wire = (await means.openWire?.()) as Wire;
      const { pair, toB, toA } = await wiredPair(subject, wire);
      await wire.cut();
      for (let i = 0; i < 16; i++) toB.backend.send(pattern(65_536, i));
      const told = pair.a.recording.heard.length;
      const start = means.nowMs();
      pair.a.backend.close();
      await quiet(subject, 1_000);
      // It does try: what it holds might still arrive.
      expect(means.isClosed(pair.a.backend.native)).toBe(false);
      await closed(pair.a);
      expect(means.nowMs() - start).toBeLessThan(CLOSE_DEADLINE_MS + SLACK_MS);
      expect(toA.messages).toHaveLength(0);
      expect(pair.a.recording.heard).toHaveLength(told);
      pair.b.backend.close();
      await wire.close();
    },
    { needs: "openWire", timeoutMs: 30_000 },
  );

  duty(
    "B12 what was sent before close arrives although nothing gets through for a while",
    async () => {
      const wire = (await means.openWire?.()) as Wire;
      const { pair, toB, toA } = await wiredPair(subject, wire);
      await wire.cut();
      for (let i = 0; i < 16; i++) toB.backend.send(pattern(4_096, i));
      pair.a.backend.close();
      await quiet(subject, 500);
      expect(toA.messages).toHaveLength(0);
      await wire.heal();
      await pair.until(() => toA.heard.includes("closed"), "the far side's channel to close");
      expect(toA.messages).toHaveLength(16);
      await closed(pair.a);
      pair.b.backend.close();
      await wire.close();
    },
    { needs: "openWire", timeoutMs: 30_000 },
  );

  /** Lets a pair live and end; gives weak references to everything it was made of. */
  async function ended(live: (pair: BackendPair) => Promise<void>): Promise<WeakRef<object>[]> {
    const pair = new BackendPair(subject);
    const channels = pair.negotiate(1);
    const inBand = pair.a.channel("in band");
    await live(pair);
    pair.close();
    await Promise.all([closed(pair.a), closed(pair.b)]);
    return [pair.a, pair.b]
      .flatMap((side): object[] => [side.backend, side.recording, side.backend.native as object])
      .concat(channels, inBand, pair.b.recording.received)
      .map((held) => new WeakRef(held));
  }

  for (const [when, live] of [
    ["before an offer", async () => {}],
    [
      "while connecting",
      async (pair) => {
        for (const side of [pair.a, pair.b]) side.carriesCandidates = false;
        pair.a.backend.createOffer();
        // Chromium itself keeps, for good, a connection that is closed while it gathers.
        await pair.until(
          () => [pair.a, pair.b].every((side) => side.recording.states("gathering").includes("complete")),
          "the end of candidates",
        );
      },
    ],
    ["after it was open", (pair) => pair.connect()],
    [
      "after it carried a megabyte and its channels were closed by hand",
      async (pair) => {
        const extra = pair.negotiate(5);
        await pair.connect(...extra);
        for (let i = 0; i < 16; i++) extra[0].backend.send(pattern(65_536, i));
        extra[0].backend.close();
        await pair.until(
          () => extra[0].heard.includes("closed") && extra[1].heard.includes("closed"),
          "the channel to close",
        );
      },
    ],
  ] satisfies [string, (pair: BackendPair) => Promise<void>][]) {
    duty(
      `B13 closed ${when}, it holds nothing`,
      async () => {
        const left = await ended(live);
        await until(
          async () => {
            await means.collectGarbage?.();
            return left.every((held) => held.deref() === undefined);
          },
          { deadlineMs: CLOSE_DEADLINE_MS - 1_000, what: "everything to be collected", time: means },
        );
      },
      { needs: "collectGarbage" },
    );
  }

  duty(
    "B13 channels that have closed are let go of while the connection lasts",
    async () => {
      const pair = new BackendPair(subject);
      const [stays, staysToo] = pair.negotiate(1);
      const left = await closedChannels(pair, [stays, staysToo]);
      await until(
        async () => {
          await means.collectGarbage?.();
          return left.every((held) => held.deref() === undefined);
        },
        { deadlineMs: CLOSE_DEADLINE_MS, what: "the closed channels to be collected", time: means },
      );
      stays.backend.send("still here");
      await pair.until(() => staysToo.messages.length === 1, "the other channel to go on");
      pair.close();
    },
    { needs: "collectGarbage" },
  );
}

/**
 * Waits until the far side has heard something on a channel in band; gives its end. Before that, closing it is a matter of B7:
 * Chromium calls it open a moment before it listens.
 */
async function inUse(pair: BackendPair, inBand: ChannelRecord): Promise<ChannelRecord> {
  inBand.backend.send("hello");
  await pair.until(() => pair.b.recording.received[0]?.messages.length === 1, "the channel in band");
  const [farEnd] = pair.b.recording.received as [ChannelRecord];
  farEnd.messages.length = 0;
  return farEnd;
}

/** Opens some channels and closes them; gives weak references to both their ends. */
async function closedChannels(pair: BackendPair, others: readonly ChannelRecord[]): Promise<WeakRef<object>[]> {
  const made = Array.from({ length: 8 }, (_, i) => pair.a.channel(`brief ${i}`));
  await pair.connect(...made, ...others);
  const { received } = pair.b.recording;
  await pair.until(
    () => received.length === 8 && received.every(({ heard }) => heard.includes("open")),
    "the far ends",
  );
  for (const { backend } of made) backend.close();
  const ends = [...made, ...received.splice(0)];
  await pair.until(() => ends.every(({ heard }) => heard.includes("closed")), "the channels to close");
  return ends.flatMap((end) => [new WeakRef(end), new WeakRef(end.backend)]);
}
