const DEADLINE_MS = 15_000;
const EVERY_MS = 2;

/** Time as the things under test know it: real, or virtual on a simulated network. */
export interface Time {
  nowMs(): number;
  /** Lets so much time pass. */
  pass(ms: number): Promise<void>;
}

export const realTime: Time = {
  nowMs: () => performance.now(),
  pass: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/**
 * Waits for something that real WebRTC, a real server or a simulated network must do: runs `step` (usually the polls of the objects
 * under test) and then `condition`, every `everyMs` (2 ms) of `time`, until `condition` gives a truthy value, which it resolves to.
 * Rejects once `deadlineMs` (15 s) have passed, with `what` in words, or else the condition's own text.
 */
export async function until<Result>(
  condition: () => Result | Promise<Result>,
  options: {
    readonly step?: (() => unknown) | undefined;
    readonly deadlineMs?: number | undefined;
    /** More where asking costs something, or is rationed. */
    readonly everyMs?: number | undefined;
    readonly what?: string | undefined;
    readonly time?: Time | undefined;
  } = {},
): Promise<NonNullable<Result>> {
  const { deadlineMs = DEADLINE_MS, everyMs = EVERY_MS, time = realTime } = options;
  const start = time.nowMs();
  for (;;) {
    options.step?.();
    const result = await condition();
    if (result) return result;
    if (time.nowMs() - start > deadlineMs) {
      throw new Error(`still waiting after ${deadlineMs} ms: ${options.what ?? condition.toString()}`);
    }
    await time.pass(everyMs);
  }
}
