import { browserBackend } from "../../src/backends/browser/browser-backend.ts";
import { MemoryRelay } from "../support/memory-relay.ts";
import { polledPaths } from "../support/polled-paths.ts";
import { runBackendContract } from "./backend-contract.ts";
import { chromiumMeans } from "./chromium-means.ts";
import { NOT_BESIDE_A_RELAY } from "./not-of-a-relay.ts";

const paths = polledPaths(new MemoryRelay(), browserBackend, 5_000, chromiumMeans, 2);

runBackendContract({
  name: "two ways, directly",
  create: paths.create,
  means: { ...chromiumMeans, ...paths.time },
  skip: [
    {
      rule: "B7 a channel that its maker fills and closes",
      reason:
        "Chromium tells of a channel one task before it listens on it, and drops what came before that if it closes meanwhile",
    },
    ...NOT_BESIDE_A_RELAY,
  ],
});
