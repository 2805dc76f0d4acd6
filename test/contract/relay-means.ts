import type { RelayLink } from "../../src/backends/relay/relay-link.ts";
import type { MemoryRelay } from "../support/memory-relay.ts";
import type { Means, Wire } from "./means.ts";

/** What a test can do to relayed connections: the relay is all that they know of each other. */
export function relayMeans(relay: MemoryRelay, means: Means): Means {
  const openWire = async (): Promise<Wire> => ({
    ports: [0, 0],
    aim: async () => {},
    cut: async () => relay.cut(),
    heal: async () => relay.heal(),
    close: async () => relay.heal(),
  });
  return {
    ...means,
    isClosed: (native) => (native as RelayLink).isDown,
    kill: (native) => (native as RelayLink).close(),
    openWire,
  };
}
