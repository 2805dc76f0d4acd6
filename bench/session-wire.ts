import type { BenchContext, Benchmark } from "./benchmark.ts";
import type { Rival } from "./page/link.ts";
import type { TransportCount } from "./page/transport-count.ts";
import { compareRates, figure, type Result } from "./result.ts";
import { RIVALS, withRivals } from "./rivals.ts";
import { inRotation } from "./rounds.ts";
import { estimate } from "./statistics.ts";

const MESSAGES_A_TICK = 10;
const MESSAGE_BYTES = 32;

/** UDP packets and bytes of what is sent in a tick, in the direction in which it goes. */
export const sessionWireBenchmark: Benchmark = {
  name: "session-wire",
  async run(context) {
    return [...(await overhead(context)), ...(await costs(context))];
  },
};

/** What one message adds to a frame, and what a frame is without any. */
async function overhead({ page }: BenchContext): Promise<Result[]> {
  const frameBytes = (name: "reliable" | "unreliable", messages: number): Promise<number> =>
    page.evaluate(([kind, count, bytes]) => window.bench.sessionFrameBytes(kind, count, bytes), [
      name,
      messages,
      MESSAGE_BYTES,
    ] as const);
  const results: Result[] = [];
  for (const name of ["reliable", "unreliable"] as const) {
    const one = await frameBytes(name, 1);
    const aMessage = (await frameBytes(name, MESSAGES_A_TICK)) - one;
    const added = aMessage / (MESSAGES_A_TICK - 1) - MESSAGE_BYTES;
    results.push(
      figure(`overhead of a message of ${MESSAGE_BYTES} B, ${name}`, "B", added, { atMost: 2 }),
      figure(`overhead of a frame, ${name}`, "B", one - MESSAGE_BYTES - added, { atMost: 4 }),
    );
  }
  return results;
}

async function costs(context: BenchContext): Promise<Result[]> {
  return withRivals(context, async (placeOf) => {
    const counts = await inRotation(context.rounds, RIVALS, (rival): Promise<TransportCount> => {
      const { page, server } = placeOf(rival);
      const load = { messagesATick: MESSAGES_A_TICK, messageBytes: MESSAGE_BYTES, ticks: 30, tickMs: 16 };
      return page.evaluate((all) => window.bench.wireCost(all), { rival, reliable: true, ...load, ...server });
    });
    const compare = (what: keyof TransportCount, unit: string, atMost: number): Result => {
      const of = (rival: Rival): number[] => counts[rival].map((count) => count[what]);
      const turns = { raw: of("raw"), ours: of("tickmesh"), again: of("raw") };
      const name = `${MESSAGES_A_TICK} messages of ${MESSAGE_BYTES} B in a tick, tickmesh to raw: ${what}`;
      return compareRates(name, unit, turns, { atMost });
    };
    const figures = RIVALS.flatMap((rival): Result[] => {
      const name = `${MESSAGES_A_TICK} messages of ${MESSAGE_BYTES} B in a tick, ${rival}`;
      const packets = estimate(counts[rival].map((count) => count.packets));
      const bytes = estimate(counts[rival].map((count) => count.bytes));
      return [
        figure(`${name}: UDP packets`, "", packets.median, { interval: packets }),
        figure(`${name}: bytes`, "B", bytes.median, { interval: bytes }),
      ];
    });
    return [compare("packets", "", 0.1), compare("bytes", "B", 0.5), ...figures];
  });
}
