import type { MemoryRelay } from "../support/memory-relay.ts";
import type { PolledPaths } from "../support/polled-paths.ts";
import type { Means } from "./means.ts";
import { relayMeans } from "./relay-means.ts";

/** What a test can do to connections with two ways of which the relay carries. */
export function relayedPathsMeans(relay: MemoryRelay, paths: PolledPaths, means: Means): Means {
  return {
    ...relayMeans(relay, means),
    ...paths.time,
    isClosed: means.isClosed,
    kill: (native) => paths.backendOf(native as object)?.close(),
  };
}
