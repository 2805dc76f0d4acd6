import { commands } from "vitest/browser";
import type { Means } from "../../contract/means.ts";
import { wiredMeans } from "../../contract/wired-means.ts";

/** What a test in Firefox can do: the provider collects its garbage. */
export const firefoxMeans: Means = {
  ...wiredMeans,
  collectGarbage: () => (commands as unknown as { collectGarbage(): Promise<void> }).collectGarbage(),
};
