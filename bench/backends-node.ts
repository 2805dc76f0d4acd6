/** Measures in a process of its own what it is asked to by messages of its parent: one at a time. */

import { nodeBackend } from "../src/backends/node/index.ts";
import { BIND_ADDRESS, rawNodePair, rawNodeWire } from "./backends-node-raw.ts";
import { type FlowOptions, flow } from "./page/flow.ts";
import type { Side } from "./page/link.ts";
import { MESH_CHANNELS } from "./page/mesh-channels.ts";
import { timeOurPair } from "./page/our-pair.ts";
import { ourWire } from "./page/our-wire.ts";
import { settle } from "./page/settle.ts";

/** What can be asked for. The answer: packets a second, or a time for each pair in ms. */
export type NodeQuestion =
  | { readonly ask: "flow"; readonly side: Side; readonly options: FlowOptions }
  | { readonly ask: "connect"; readonly side: Side; readonly pairs: number };

const onNode = { backend: nodeBackend({ bindAddress: BIND_ADDRESS }) };

const RAW_CHANNELS = MESH_CHANNELS.map(({ negotiated, id, ...limits }) => ({
  negotiated,
  id,
  unordered: "ordered" in limits && !limits.ordered,
  ...("maxPacketLifeTime" in limits && { maxPacketLifeTime: limits.maxPacketLifeTime }),
}));

process.on("message", async (question: NodeQuestion) => process.send?.(await answer(question)));

async function answer(question: NodeQuestion): Promise<number[]> {
  if (question.ask === "flow") {
    const wire = question.side === "raw" ? rawNodeWire() : ourWire({ reliable: true, polling: "wake" }, onNode);
    return [await flow(await wire, question.options)];
  }
  const times: number[] = [];
  for (let pair = 0; pair < question.pairs; pair++) {
    times.push(await (question.side === "ours" ? timeOurPair(onNode) : timeRawPair()));
    await settle();
  }
  return times;
}

async function timeRawPair(): Promise<number> {
  const startMs = performance.now();
  const { close } = await rawNodePair(RAW_CHANNELS);
  const tookMs = performance.now() - startMs;
  close();
  return tookMs;
}
