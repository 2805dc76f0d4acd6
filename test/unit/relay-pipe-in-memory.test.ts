import { runRelayPipeContract } from "../contract/relay-pipe-contract.ts";
import { MemoryRelay } from "../support/memory-relay.ts";

runRelayPipeContract("in memory", () => {
  const relay = new MemoryRelay();
  return { pipes: [relay.pipe(1), relay.pipe(2), relay.pipe(3)], ids: [1, 2, 3], end: () => {} };
});
