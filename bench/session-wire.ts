import type { Benchmark } from "./benchmark.ts";
import type { TransportCount } from "./page/transport-count.ts";
import { figure, type Result } from "./result.ts";
import { RIVALS, withRivals } from "./rivals.ts";
import { inRotation } from "./rounds.ts";
import { estimate } from "./statistics.ts";

const MESSAGES_A_TICK = 10;
const MESSAGE_BYTES = 32;

/** UDP packets and bytes of what is sent in a tick, in the direction in which it goes. */
export const sessionWireBenchmark: Benchmark = {
  name: "session-wire",
  async run(context) {
    return withRivals(context, async (placeOf) => {
      const counts = await inRotation(context.rounds, RIVALS, (rival): Promise<TransportCount> => {
        const { page, server } = placeOf(rival);
        const load = { messagesATick: MESSAGES_A_TICK, messageBytes: MESSAGE_BYTES, ticks: 30, tickMs: 16 };
        return page.evaluate((all) => window.bench.wireCost(all), { rival, reliable: true, ...load, ...server });
      });
      return RIVALS.flatMap((rival): Result[] => {
        const name = `${MESSAGES_A_TICK} messages of ${MESSAGE_BYTES} B in a tick, ${rival}`;
        const packets = estimate(counts[rival].map((count) => count.packets));
        const bytes = estimate(counts[rival].map((count) => count.bytes));
        return [
          figure(`${name}: UDP packets`, "", packets.median, { interval: packets }),
          figure(`${name}: bytes`, "B", bytes.median, { interval: bytes }),
        ];
      });
    });
  },
};
