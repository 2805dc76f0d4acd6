import { MESH_CHANNELS } from "./mesh-channels.ts";
import { type MeshTiming, meshTiming } from "./mesh-timing.ts";
import { type Milestones, watch } from "./milestones.ts";
import { connectRaw, opened } from "./raw-connection.ts";
import { settle, sleep } from "./settle.ts";

interface End {
  readonly connection: RTCPeerConnection;
  readonly times: Milestones;
  readonly isOpen: Promise<unknown>;
}

/** Every pair of `peers` connected by hand, all at once. */
export async function rawMesh(peers: number): Promise<MeshTiming> {
  const startMs = performance.now();
  const ends: End[] = [];
  const pairs: Promise<void>[] = [];
  for (let a = 0; a < peers; a++) {
    for (let b = 0; b < a; b++) {
      const pair = [makeEnd(), makeEnd()] as const;
      ends.push(...pair);
      pairs.push(connectRaw(pair[0].connection, pair[1].connection));
    }
  }
  await Promise.all([...pairs, ...ends.map((end) => end.isOpen)]);
  // Not timed: a connection that is closed while it still takes candidates is never let go by the browser.
  while (!ends.every(isQuiet)) await sleep(10);
  const timing = meshTiming(
    startMs,
    ends.map(({ times }) => ({ times, noticed: times.open })),
    0,
  );
  for (const { connection } of ends) connection.close();
  await settle();
  return timing;
}

function makeEnd(): End {
  const connection = new RTCPeerConnection();
  const times = watch(connection);
  const channels = MESH_CHANNELS.map((options) => connection.createDataChannel(`${options.id}`, options));
  return { connection, times, isOpen: Promise.all(channels.map(opened)) };
}

function isQuiet({ connection, times }: End): boolean {
  return connection.iceGatheringState === "complete" && times.connected > 0;
}
