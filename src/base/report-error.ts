/** Hands what a handler of the game's threw to the page's error reporting, as with a DOM event, and lets everything else go on. */
export function reportError(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
