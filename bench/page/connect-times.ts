import type { Contender } from "./link.ts";
import { MESH_CHANNELS } from "./mesh-channels.ts";
import { timeOurPair } from "./our-pair.ts";
import { connectRaw, opened } from "./raw-connection.ts";
import { settle, sleep } from "./settle.ts";
import { onSimplePeer, simplePeerPair } from "./simple-peer.ts";

const PAIRS: Record<Contender, () => Promise<number>> = {
  raw: timeRawPair,
  ours: timeOurPair,
  "ours on simple-peer": () => timeOurPair(onSimplePeer),
  "simple-peer": timeSimplePeerPair,
};

/** How long `pairs` pairs took, one after the other, until both ends knew that they can send. Unit: ms. */
export async function connectTimes(side: Contender, pairs: number): Promise<number[]> {
  const times: number[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    times.push(await PAIRS[side]());
    await settle();
  }
  return times;
}

async function timeRawPair(): Promise<number> {
  const startMs = performance.now();
  const pair = [new RTCPeerConnection(), new RTCPeerConnection()] as const;
  const channels = pair.flatMap((connection) =>
    MESH_CHANNELS.map((options) => connection.createDataChannel(`${options.id}`, options)),
  );
  const open = Promise.all(channels.map(opened));
  await connectRaw(...pair);
  await open;
  const tookMs = performance.now() - startMs;
  // A connection that is closed while it still takes candidates is never let go by the browser.
  while (pair.some(({ iceGatheringState }) => iceGatheringState !== "complete")) await sleep(10);
  for (const connection of pair) connection.close();
  return tookMs;
}

/** simple-peer has one channel, and asks for statistics before it says that it is connected. */
async function timeSimplePeerPair(): Promise<number> {
  const startMs = performance.now();
  const peers = await simplePeerPair({});
  const tookMs = performance.now() - startMs;
  for (const peer of peers) peer.destroy();
  return tookMs;
}
