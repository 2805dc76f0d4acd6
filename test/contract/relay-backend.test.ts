import { relayBackend } from "../../src/backends/relay/relay-backend.ts";
import { MemoryRelay } from "../support/memory-relay.ts";
import { runBackendContract } from "./backend-contract.ts";
import { chromiumMeans } from "./chromium-means.ts";
import { NOT_OF_A_RELAY } from "./not-of-a-relay.ts";
import { relayMeans } from "./relay-means.ts";

const relay = new MemoryRelay();

runBackendContract({
  name: "relayed",
  create: relayBackend(relay.pipe(1), 1),
  means: relayMeans(relay, chromiumMeans),
  skip: NOT_OF_A_RELAY,
});
