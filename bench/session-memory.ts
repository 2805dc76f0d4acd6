import { allocatedBytes } from "./allocation.ts";
import type { BenchContext, Benchmark } from "./benchmark.ts";
import type { MeshRival } from "./page/broadcaster.ts";
import { figure, type Result } from "./result.ts";

const PEERS = 8;
const LOAD = { messagesATick: 1, messageBytes: 32, hz: 60 };
const LONG_MINUTES = 10;
const QUICK_MINUTES = 1;
const SAMPLES_A_MINUTE = 6;
const ALLOCATING_MS = 5_000;
/** Before the first sample: buffers have grown to what they need. */
const WARM_UP_MS = 10_000;

/** What is kept on the heap by traffic that goes on and on, and what a received message allocates. */
export const sessionMemoryBenchmark: Benchmark = {
  name: "session-memory",
  async run(context) {
    return [...(await memoryOf("tickmesh", context)), ...(await memoryOf("raw", context))];
  },
};

async function memoryOf(rival: MeshRival, { openPage, quick }: BenchContext): Promise<Result[]> {
  const page = await openPage();
  const tools = await page.context().newCDPSession(page);
  const heapBytes = async (): Promise<number> => {
    await tools.send("HeapProfiler.collectGarbage");
    return (await tools.send("Runtime.getHeapUsage")).usedSize;
  };
  const players = await page.evaluateHandle(
    async ({ rival, size }) => {
      const all = Array.from({ length: size }, (_, index) => {
        return new window.bench.Player({ rival, mesh: "memory", index, size });
      });
      await Promise.all(all.map((player) => player.begin()));
      return all;
    },
    { rival, size: PEERS },
  );
  const received = (): Promise<number> =>
    players.evaluate((all) => all.reduce((sum, player) => sum + player.count().received, 0));
  try {
    await players.evaluate((all, load) => {
      for (const player of all) player.play(load);
    }, LOAD);
    await pause(WARM_UP_MS);
    const minutes = quick ? QUICK_MINUTES : LONG_MINUTES;
    const heap = [await heapBytes()];
    for (let sample = 0; sample < minutes * SAMPLES_A_MINUTE; sample++) {
      await pause(60_000 / SAMPLES_A_MINUTE);
      heap.push(await heapBytes());
    }
    const before = await received();
    const { bytes, places } = await allocatedBytes(tools, () => pause(ALLOCATING_MS));
    const messages = (await received()) - before;
    const name = `memory, ${PEERS} peers at ${LOAD.hz} Hz, ${minutes} min, ${rival}`;
    const where = Object.fromEntries(places.map(([place, size]) => [place, size / messages]));
    return [
      figure(`${name}: kept more at the end`, "B", (heap.at(-1) ?? 0) - (heap[0] ?? 0), { details: { heap } }),
      figure(`${name}: by the trend`, "B a minute", slope(heap) * SAMPLES_A_MINUTE),
      figure(`${name}: allocated a received message`, "B", bytes / messages, { details: { where } }),
    ];
  } finally {
    await page.close();
  }
}

/** Of the straight line nearest to the values: what it rises from one to the next. */
function slope(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let covariance = 0;
  let variance = 0;
  for (const [index, value] of values.entries()) {
    covariance += (index - middle) * (value - mean);
    variance += (index - middle) ** 2;
  }
  return covariance / variance;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
