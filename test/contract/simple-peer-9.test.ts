import SimplePeer from "simple-peer/simplepeer.min.js";
import { simplePeerBackend } from "../../src/backends/simple-peer/index.ts";
import { runBackendContract } from "./backend-contract.ts";
import { chromiumMeans } from "./chromium-means.ts";

runBackendContract({
  name: "simple-peer 9",
  create: simplePeerBackend(SimplePeer),
  means: chromiumMeans,
  skip: [
    { rule: "B15", reason: "simple-peer negotiates by itself, and once" },
    {
      rule: "B7 a channel that its maker fills and closes",
      reason:
        "Chromium tells of a channel one task before it listens on it, and drops what came before that if it closes meanwhile",
    },
  ],
});
