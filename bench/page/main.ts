import { connectTimes } from "./connect-times.ts";
import { libraryAlone, preparePump } from "./library-alone.ts";
import { meshInLobby, meshInMemory } from "./our-mesh.ts";
import { rawMesh } from "./raw-mesh.ts";
import { roundTrips } from "./round-trip.ts";
import { throughput } from "./throughput.ts";

/** What the page can be asked to measure. */
const bench = { throughput, roundTrips, libraryAlone, preparePump, rawMesh, meshInMemory, meshInLobby, connectTimes };

declare global {
  interface Window {
    readonly bench: typeof bench;
  }
}

Object.assign(window, { bench });
