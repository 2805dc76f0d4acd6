import { browserBackend } from "../../../src/backends/browser/browser-backend.ts";
import { runBackendContract } from "../../contract/backend-contract.ts";
import { firefoxMeans } from "./firefox-means.ts";

runBackendContract({
  name: "the browser's own, in Firefox",
  create: browserBackend,
  means: firefoxMeans,
  skip: [
    {
      rule: "B2 a candidate that cannot be read",
      reason: "Firefox takes it in silence; it does not spoil the good ones",
    },
  ],
});
