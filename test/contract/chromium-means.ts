import { cdp } from "vitest/browser";
import type { Means } from "./means.ts";
import { wiredMeans } from "./wired-means.ts";

/** What a test in Chromium can do besides: DevTools collect its garbage. */
export const chromiumMeans: Means = {
  ...wiredMeans,
  collectGarbage: async () => {
    await cdp().send("HeapProfiler.collectGarbage");
  },
};
