import { expect } from "vitest";
import { DEFAULT_LIMITS, RELIABLE_FRAME_BYTES } from "../../src/session/limits.ts";
import type { AddSessionDuty } from "./session-duty.ts";
import { areSame, numbered, watchFrames } from "./session-meeting.ts";
import { LARGEST } from "./session-table.ts";

const { bulkCreditBytes } = DEFAULT_LIMITS;
/** Room for a machine that is busy with other things. Unit: ms. */
const LONG_MS = 90_000;

export function sessionFlowDuties(duty: AddSessionDuty): void {
  duty(
    "S27 a message of 8 MiB arrives whole, and tells how far it is",
    async (meeting) => {
      const [a, b] = await meeting.pair();
      const sent = numbered(5, LARGEST);
      a.session.send("bulk", sent);
      await meeting.until(() => b.bytes.length > 0, "8 MiB", LONG_MS);
      expect(areSame(b.bytesOf("bulk")[0] as Uint8Array, sent)).toBe(true);
      const received = b.progress.map((one) => one.received);
      expect(received.length).toBeGreaterThan(LARGEST / RELIABLE_FRAME_BYTES / 2);
      expect(received).toEqual([...received].sort((one, other) => one - other));
      expect(b.progress.at(-1)).toEqual({ name: "bulk", received: LARGEST, total: LARGEST });
      expect(b.progress.every(({ name, total }) => name === "bulk" && total === LARGEST)).toBe(true);
      expect([a.events, b.events]).toEqual([["+2"], ["+1"]]);
    },
    { timeoutMs: LONG_MS },
  );

  duty(
    "S28 the browser's buffer holds what sendBufferBytes allows and a frame, and is refilled without a poll",
    async (meeting) => {
      const most = RELIABLE_FRAME_BYTES;
      const [a, b] = await meeting.pair({ limits: { sendBufferBytes: most } });
      const frames = watchFrames(a, b);
      // By it the session learns how much the way takes: who is not polled sends no more than that.
      a.session.send("game", numbered(5, 2_000_000));
      await meeting.until(() => b.bytes.length > 0, "a first message", LONG_MS);
      const sent = numbered(6, 60_000);
      a.session.send("game", sent);
      a.session.flush();
      const isReliable = ({ channel }: (typeof frames)[number]): boolean => channel === "reliable";
      const atOnce = frames.filter(isReliable).length;
      a.isAsleep = true;
      await meeting.until(() => b.bytes.length > 1, "the message, though its sender stands still", LONG_MS);
      a.isAsleep = false;
      expect(areSame(b.bytesOf("game")[1] as Uint8Array, sent)).toBe(true);
      const reliable = frames.filter(isReliable);
      // Where the network took all of it at once, there was nothing to refill.
      const filled = reliable.slice(0, atOnce).some(({ bufferedBytes }) => bufferedBytes >= most >> 1);
      expect(reliable.length > atOnce).toBe(filled);
      const longest = Math.max(...reliable.map(({ length }) => length));
      expect(longest).toBeLessThanOrEqual(RELIABLE_FRAME_BYTES);
      expect(Math.max(...reliable.map(({ bufferedBytes }) => bufferedBytes))).toBeLessThanOrEqual(
        most + RELIABLE_FRAME_BYTES,
      );
    },
    { timeoutMs: LONG_MS },
  );

  duty(
    "S29 a receiver that stands still for 5 s in 8 MiB loses nothing, and other lanes go on",
    async (meeting) => {
      const [a, b] = await meeting.pair();
      const frames = watchFrames(a, b);
      const sent = numbered(7, LARGEST);
      a.session.send("bulk", sent);
      await meeting.until(() => b.progress.length > 0, "the beginning", LONG_MS);
      b.isAsleep = true;
      const readBytes = b.progress.at(-1)?.received ?? 0;
      const startMs = meeting.nowMs;
      let notes = 0;
      await meeting.until(
        () => {
          const passedMs = meeting.nowMs - startMs;
          if (notes * 100 < passedMs) {
            notes += 1;
            a.session.send("note", `${notes}`);
            a.session.send("urgent", `${notes}`);
          }
          return passedMs >= 5_000;
        },
        "5 s to pass",
        LONG_MS,
      );
      const lanes = a.session.statistics(2)?.lanes;
      const givenBytes = frames.reduce((sum, { length }) => sum + length, 0);
      expect(lanes?.["bulk"]?.queuedBytes).toBeGreaterThan(LARGEST - readBytes - 2 * bulkCreditBytes);
      expect(givenBytes).toBeLessThan(LARGEST / 2);
      // All but what the last tick brought is with the browser, ahead of what waits for credit.
      await meeting.until(
        () => a.session.statistics(2)?.lanes["game"]?.queuedMessages === 0,
        "the game's lane to be empty",
      );
      expect([b.notes, a.session.statistics(2)?.isUnstable]).toEqual([[], true]);
      b.isAsleep = false;
      await meeting.until(() => b.notes.length === notes, "the notes", LONG_MS);
      await meeting.until(() => b.bytes.length > 0, "the rest of 8 MiB", LONG_MS);
      expect(areSame(b.bytesOf("bulk")[0] as Uint8Array, sent)).toBe(true);
      const numbers = Array.from({ length: notes }, (_, i) => i + 1);
      expect(b.heard.filter((line) => line.startsWith("1: "))).toEqual(numbers.map((i) => `1: ${i}`));
      expect(b.heard.filter((line) => line.startsWith("1 urgently"))).toEqual(numbers.map((i) => `1 urgently: ${i}`));
      await meeting.until(() => a.events.length === 3, "stability");
      expect([a.events, b.events]).toEqual([["+2", "2 unstable", "2 stable"], ["+1"]]);
    },
    { timeoutMs: 3 * LONG_MS },
  );
}
