import fc from "fast-check";
import { expect, test } from "vitest";
import type { StreamReliability } from "../../src/simulator/network/sctp/association-host.ts";
import { AssociationPair, type End, RELIABLE } from "../support/association-pair.ts";

const KINDS: readonly StreamReliability[] = [
  RELIABLE,
  { ...RELIABLE, ordered: false },
  { ...RELIABLE, ordered: false, maxRetransmits: 0 },
  { ...RELIABLE, maxRetransmits: 1 },
  { ...RELIABLE, maxPacketLifeTime: 1 },
  { ...RELIABLE, ordered: false, maxPacketLifeTime: 200 },
];

const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      what: fc.constant("send" as const),
      end: fc.constantFrom("a" as const, "b" as const),
      stream: fc.nat(KINDS.length - 1),
      bytes: fc.oneof(fc.nat(100), fc.integer({ min: 1_000, max: 9_000 })),
      times: fc.integer({ min: 1, max: 20 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ what: fc.constant("wait" as const), ms: fc.nat(200) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      what: fc.constant("reset" as const),
      end: fc.constantFrom("a" as const, "b" as const),
      stream: fc.nat(KINDS.length - 1),
    }),
  },
);

/** What one stream of one end has sent, life by life. */
class Ledger {
  readonly lives: number[][] = [[]];
  #next = 0;

  add(): number {
    const message = this.#next++;
    this.lives.at(-1)?.push(message);
    return message;
  }
}

function runScript(
  steps: readonly (typeof step extends fc.Arbitrary<infer Step> ? Step : never)[],
  lossRatio: number,
  doubleRatio: number,
  jitterUs: number,
  seed: number,
) {
  let state = seed;
  const draw = () => {
    state = (state + 0x6d2b79f5) | 0;
    const mixed = Math.imul(state ^ (state >>> 15), state | 1);
    return ((mixed ^ (mixed >>> 14)) >>> 8) / 16_777_216;
  };
  const pair = new AssociationPair(() => {
    const delay = () => 5_000 + Math.floor(draw() * jitterUs);
    if (draw() < lossRatio) return [];
    return draw() < doubleRatio ? [delay(), delay()] : [delay()];
  });
  const ledgers = { a: KINDS.map(() => new Ledger()), b: KINDS.map(() => new Ledger()) };
  for (const { association } of [pair.a, pair.b]) {
    for (const [id, kind] of KINDS.entries()) association.openStream(id, kind);
  }
  const touched = new Set<string>();
  for (const step of steps) {
    if (step.what === "wait") {
      pair.advance(step.ms);
      continue;
    }
    const { association } = pair[step.end];
    const ledger = ledgers[step.end][step.stream] as Ledger;
    if (step.what === "send") {
      for (let i = 0; i < step.times; i++) {
        association.send(step.stream, i % 2 === 0 ? "binary" : "text", ledger.add(), step.bytes);
      }
    } else if (!touched.has(`${step.end}${step.stream}`)) {
      // Once each: a second closing of a stream before the first is confirmed is the same closing.
      touched.add(`${step.end}${step.stream}`);
      association.resetStream(step.stream);
      ledger.lives.push([]);
    }
  }
  pair.settle();
  return { pair, ledgers };
}

/** The messages of one stream that arrived, cut where it was told that the stream was closed. */
function livesAt(end: End, stream: number): number[][] {
  const lives: number[][] = [[]];
  for (const told of end.told) {
    if (told.stream !== stream) continue;
    if (told.what === "message") lives.at(-1)?.push(told.payload as number);
    else if (told.what === "reset") lives.push([]);
  }
  return lives;
}

const isAscending = (list: readonly number[]) =>
  list.every((value, at) => at === 0 || value > (list[at - 1] as number));

test("W30, W31, W32, W37, W42, W43 any script on any path: exactly once, at most once, in order, and quiet at last", () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 30 }),
      fc.constantFrom(0, 0.05, 0.2, 0.5, 0.8),
      fc.constantFrom(0, 0.1, 0.5),
      fc.constantFrom(0, 3_000, 100_000),
      fc.integer(),
      (steps, lossRatio, doubleRatio, jitterUs, seed) => {
        const { pair, ledgers } = runScript(steps, lossRatio, doubleRatio, jitterUs, seed);
        expect(pair.isQuiet).toBe(true);
        for (const [sender, receiver, sent] of [
          [pair.a, pair.b, ledgers.a],
          [pair.b, pair.a, ledgers.b],
        ] as const) {
          for (const [id, kind] of KINDS.entries()) {
            expect(sender.association.bufferedBytes(id)).toBe(0);
            const { lives } = sent[id] as Ledger;
            const arrived = livesAt(receiver, id);
            expect(arrived.length).toBe(lives.length);
            expect(sender.toldOf("reset done").filter((stream) => stream === id).length).toBe(lives.length - 1);
            for (const [at, life] of lives.entries()) {
              const got = arrived[at] as number[];
              const sorted = [...got].sort((x, y) => x - y);
              const isReliable = kind.maxRetransmits === null && kind.maxPacketLifeTime === null;
              if (isReliable) expect(sorted).toEqual(life);
              else {
                expect(isAscending(sorted)).toBe(true);
                expect(sorted.every((message) => life.includes(message))).toBe(true);
                if (lossRatio === 0 && jitterUs <= 3_000 && kind.maxPacketLifeTime === null)
                  expect(sorted).toEqual(life);
              }
              if (kind.ordered) expect(isAscending(got)).toBe(true);
            }
          }
        }
      },
    ),
    { numRuns: 200 },
  );
}, 60_000);

test("W48 the same calls and the same fates give the same packets at the same times", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), fc.integer(), (steps, seed) => {
      const [one, other] = [0, 1].map(() => runScript(steps, 0.2, 0.1, 10_000, seed).pair);
      const seen = (end: End | undefined) => end?.sent.map(({ atUs, bytes }) => [atUs, bytes]);
      expect(seen(one?.a)).toEqual(seen(other?.a));
      expect(one?.b.told).toEqual(other?.b.told);
    }),
    { numRuns: 30 },
  );
}, 60_000);
