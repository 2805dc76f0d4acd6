import { reportError } from "./report-error.ts";

/** Runs a stranger's code: what it throws reaches the page's error reporting, gives `undefined`, and stops nothing here. */
export function guarded<Result>(run: () => Result): Result | undefined {
  try {
    return run();
  } catch (error) {
    reportError(error);
    return undefined;
  }
}
