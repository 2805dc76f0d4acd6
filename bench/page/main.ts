import { lobbyPair, peerJsPair } from "../server/traced-pairs.ts";
import { connectTimes } from "./connect-times.ts";
import { libraryAlone, preparePump } from "./library-alone.ts";
import { loadedPing } from "./loaded-ping.ts";
import { meshInLobby, meshInMemory } from "./our-mesh.ts";
import { Player } from "./player.ts";
import { rawMesh } from "./raw-mesh.ts";
import { rawPingPair } from "./raw-ping.ts";
import { roundTrips } from "./round-trip.ts";
import { sessionFrameBytes } from "./session-overhead.ts";
import { sessionPingPair } from "./session-ping-pair.ts";
import { snapshotBytes, snapshotRate } from "./snapshot.ts";
import { Streams } from "./streams.ts";
import { throughput } from "./throughput.ts";
import { trysteroRoom } from "./trystero-room.ts";
import { wireCost } from "./wire-cost.ts";

/** What the page can be asked to measure. */
const bench = {
  throughput,
  roundTrips,
  libraryAlone,
  preparePump,
  rawMesh,
  meshInMemory,
  meshInLobby,
  connectTimes,
  snapshotBytes,
  snapshotRate,
  wireCost,
  loadedPing,
  rawPingPair,
  sessionPingPair,
  sessionFrameBytes,
  Player,
  Streams,
  trysteroRoom,
  lobbyPair,
  peerJsPair,
};

declare global {
  interface Window {
    readonly bench: typeof bench;
  }
}

Object.assign(window, { bench });
