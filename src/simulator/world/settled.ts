/** How many links of a chain of promises are waited for. */
const PROMISE_TURNS = 64;

/** Resolves once promises that were kept have called back. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < PROMISE_TURNS; turn++) await Promise.resolve();
}
