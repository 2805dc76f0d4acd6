import type { CDPSession } from "playwright-core";

interface ProfileNode {
  readonly callFrame: { readonly functionName: string };
  readonly selfSize: number;
  readonly children: readonly ProfileNode[];
}

/** One in about so many bytes is looked at. */
const SAMPLING_INTERVAL_BYTES = 1_024;

/** What was allocated on the heap while `work` ran, collected or not, and the functions that did so, most first. */
export async function allocatedBytes(
  tools: CDPSession,
  work: () => Promise<unknown>,
): Promise<{ readonly bytes: number; readonly places: readonly (readonly [string, number])[] }> {
  await tools.send("HeapProfiler.startSampling", {
    samplingInterval: SAMPLING_INTERVAL_BYTES,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  });
  await work();
  const { profile } = await tools.send("HeapProfiler.stopSampling");
  const byPlace = new Map<string, number>();
  let bytes = 0;
  const walk = ({ callFrame, selfSize, children }: ProfileNode): void => {
    bytes += selfSize;
    const place = callFrame.functionName || "(anonymous)";
    if (selfSize > 0) byPlace.set(place, (byPlace.get(place) ?? 0) + selfSize);
    for (const child of children) walk(child);
  };
  walk(profile.head);
  return { bytes, places: [...byPlace].sort((a, b) => b[1] - a[1]).slice(0, 5) };
}
