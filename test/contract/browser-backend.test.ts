import { browserBackend } from "../../src/backends/browser/browser-backend.ts";
import { runBackendContract } from "./backend-contract.ts";
import { chromiumMeans } from "./chromium-means.ts";

runBackendContract({
  name: "the browser's own",
  create: browserBackend,
  means: chromiumMeans,
  skip: [
    {
      rule: "B7 a channel that its maker fills and closes",
      reason:
        "Chromium tells of a channel one task before it listens on it, and drops what came before that if it closes meanwhile",
    },
  ],
});
