import type { Relaying } from "../../seam/pair-paths.ts";
import type { RelayPipe } from "../../seam/relay-pipe.ts";
import { TwoPaths } from "./two-paths.ts";

export type { PairPaths, PairPathsOptions, PathProblem, Relaying } from "../../seam/pair-paths.ts";
export type { RelayLine, RelayObserver, RelayPipe } from "../../seam/relay-pipe.ts";

/**
 * Connections that go the direct way if there is one, else through `pipe`: whichever opens first carries the packets, and what is
 * relayed moves over when a direct way is found. For `connectMesh`'s option `relay`.
 */
export function relayThrough(pipe: RelayPipe): Relaying {
  return { to: (peerId, options) => new TwoPaths(pipe, peerId, options) };
}
