import { guarded } from "./guarded.ts";

type Handler = () => void;

/** What is done when a page is left, in this order: what is said last goes over what is left after it, and that over what hangs up. */
type Step = "goodbye" | "leave" | "hangUp";

const steps: Readonly<Record<Step, Set<Handler>>> = { goodbye: new Set(), leave: new Set(), hangUp: new Set() };

/** While the page is left: when it is shown again. What waits for that in a page that is closed waits for ever. */
let shown: Promise<void> | null = null;

/**
 * Calls back when the page is left, whether it is closed or kept for who comes back to it. Gives what undoes that. Where there is no page
 * (Node) nothing ever happens.
 */
export function onPageLeft(step: Step, handler: Handler): () => void {
  if (typeof addEventListener !== "function") return () => {};
  steps[step].add(handler);
  addEventListener("pagehide", tellAll);
  return () => {
    steps[step].delete(handler);
    if (Object.values(steps).every(({ size }) => size === 0)) removeEventListener("pagehide", tellAll);
  };
}

/** Calls back when the page is shown again that was left and kept, frozen meanwhile. Gives what undoes that. */
export function onPageBack(handler: Handler): () => void {
  if (typeof addEventListener !== "function") return () => {};
  const heard = ({ persisted }: PageTransitionEvent): void => {
    if (persisted) handler();
  };
  addEventListener("pageshow", heard);
  return () => removeEventListener("pageshow", heard);
}

/** Settles at once unless the page is left; else when it is shown again. Of a page it knows only if somebody waited for its being left. */
export async function pageShown(): Promise<void> {
  while (shown !== null) await shown;
}

/** One listener for all: in Chromium those of a window are called in the order of adding, in whatever phase they want to be. */
function tellAll(): void {
  shown ??= new Promise((resolve) => {
    const back = (): void => {
      removeEventListener("pageshow", back);
      shown = null;
      resolve();
    };
    addEventListener("pageshow", back);
  });
  for (const step of Object.values(steps)) {
    for (const handler of [...step]) if (step.has(handler)) guarded(handler);
  }
}
