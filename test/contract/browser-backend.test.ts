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
        "Chromium itself loses all of it now and then, once in 600 times even when the far side knows the channel",
    },
  ],
});
