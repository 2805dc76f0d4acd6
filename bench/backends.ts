import { connecting } from "./backends-connecting.ts";
import { NodeProcess } from "./backends-node-process.ts";
import { packets } from "./backends-packets.ts";
import type { Benchmark } from "./benchmark.ts";

/** What each backend costs, against what stands below it, used by hand. */
export const backendsBenchmark: Benchmark = {
  name: "backends",
  async run(context) {
    const node = new NodeProcess();
    try {
      return [...(await packets(context, node)), ...(await connecting(context, node))];
    } finally {
      node.close();
    }
  },
};
