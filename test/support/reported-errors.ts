import { afterEach, beforeEach, vi } from "vitest";

/** Collects what handlers threw and the page's error reporting would be given, anew for each test of the file that calls this. */
export function collectReportedErrors(): readonly string[] {
  const errors: string[] = [];
  beforeEach(() => {
    errors.length = 0;
    vi.stubGlobal("queueMicrotask", (run: () => void) => {
      try {
        run();
      } catch (error) {
        errors.push((error as Error).message);
      }
    });
  });
  afterEach(() => {
    vi.unstubAllGlobals();
  });
  return errors;
}
