import { expect, test } from "vitest";
import { KEPT_RING_BYTES, MAX_UNACKNOWLEDGED_BYTES, RELIABLE_FRAME_BYTES } from "../../src/session/limits.ts";
import { KeptFrames } from "../../src/session/outgoing/kept-frames.ts";
import { RandomStream } from "../../src/simulator/network/random-stream.ts";

interface Model {
  readonly frame: Uint8Array;
  readonly bulkBytes: number;
}

function sum(frames: readonly Model[], of: (frame: Model) => number): number {
  return frames.reduce((total, frame) => total + of(frame), 0);
}

test("S79 frames that are kept come back as they were, in their order, whatever comes and goes", () => {
  for (let seed = 0; seed < 30; seed++) {
    const random = RandomStream.named(seed, "kept frames");
    const kept = new KeptFrames();
    let model: Model[] = [];
    let given = 0;
    const into = new Uint8Array(RELIABLE_FRAME_BYTES);
    const largest = random.pick([40, 1_500, RELIABLE_FRAME_BYTES]);
    const most = random.pick([10, 100, 300]);
    for (let step = 0; step < 300; step++) {
      const what = random.below(10);
      if (what < 5 && model.length < most) {
        const frame = Uint8Array.from({ length: random.between(5, largest) }, (_, i) => (step * 31 + i) & 255);
        const bulkBytes = random.chance(0.5) ? 0 : random.below(frame.length);
        kept.push(frame, frame.length, bulkBytes);
        model.push({ frame, bulkBytes });
      } else if (what < 7 && model.length > 0) {
        for (let left = random.between(1, model.length); left > 0; left--) {
          kept.shift();
          model = model.slice(1);
          given = Math.max(0, given - 1);
        }
      } else if (what < 9) {
        while (kept.backlog > 0 && random.chance(0.8)) {
          const length = kept.read(into);
          expect(Buffer.compare(into.subarray(0, length), model[given]?.frame ?? into)).toBe(0);
          kept.noteGiven();
          given += 1;
        }
      } else {
        kept.rewind();
        given = 0;
      }
      expect([kept.length, kept.backlog, kept.totalBytes, kept.bulkBytes, kept.givenBytes]).toEqual([
        model.length,
        model.length - given,
        sum(model, ({ frame }) => frame.length),
        sum(model, ({ bulkBytes }) => bulkBytes),
        sum(model.slice(0, given), ({ frame }) => frame.length),
      ]);
    }
  }
});

test("S79 keeping frames allocates nothing from one to the next, and what a burst took is given back", () => {
  const kept = new KeptFrames();
  const frame = new Uint8Array(1_000);
  const buffers = (): number => process.memoryUsage().arrayBuffers;
  for (let i = 0; i < 20; i++) kept.push(frame, 1_000, 0);
  const before = buffers();
  for (let i = 0; i < 100_000; i++) {
    kept.push(frame, 1_000, 0);
    kept.shift();
  }
  expect(buffers() - before).toBeLessThan(1_000_000);
  const large = new Uint8Array(RELIABLE_FRAME_BYTES);
  while (kept.totalBytes < MAX_UNACKNOWLEDGED_BYTES) kept.push(large, large.length, 0);
  expect(kept.capacityBytes).toBeLessThanOrEqual(MAX_UNACKNOWLEDGED_BYTES + 2 * RELIABLE_FRAME_BYTES);
  while (kept.length > 0) kept.shift();
  expect(kept.capacityBytes).toBeLessThanOrEqual(KEPT_RING_BYTES);
});
