const DEADLINE_MS = 15_000;
const STEP_MS = 2;

/**
 * Waits for something that real WebRTC or a real server must do: runs `step` (usually the polls of the objects under test)
 * and then `condition`, every 2 ms, until `condition` gives a truthy value, which it resolves to. Rejects once `deadlineMs`
 * (15 s) have passed, with `what` in words, or else the condition's own text.
 */
export async function until<Result>(
  condition: () => Result | Promise<Result>,
  options: { readonly step?: () => unknown; readonly deadlineMs?: number; readonly what?: string } = {},
): Promise<NonNullable<Result>> {
  const deadlineMs = options.deadlineMs ?? DEADLINE_MS;
  const start = performance.now();
  for (;;) {
    options.step?.();
    const result = await condition();
    if (result) return result;
    if (performance.now() - start > deadlineMs) {
      throw new Error(`still waiting after ${deadlineMs} ms: ${options.what ?? condition.toString()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
}
