import { browserBackend } from "../../src/backends/browser/browser-backend.ts";
import { blocked } from "../support/blocked-backend.ts";
import { MemoryRelay } from "../support/memory-relay.ts";
import { polledPaths } from "../support/polled-paths.ts";
import { runBackendContract } from "./backend-contract.ts";
import { chromiumMeans } from "./chromium-means.ts";
import { NOT_BESIDE_A_RELAY, NOT_WHILE_RELAYED } from "./not-of-a-relay.ts";
import { relayedPathsMeans } from "./paths-means.ts";

const relay = new MemoryRelay();
const paths = polledPaths(relay, blocked(browserBackend), 20, chromiumMeans, 2);

runBackendContract({
  name: "two ways, by the relay",
  create: paths.create,
  means: relayedPathsMeans(relay, paths, chromiumMeans),
  skip: [...NOT_BESIDE_A_RELAY, ...NOT_WHILE_RELAYED],
});
