import { shown } from "../base/diagnostics.ts";
import { TickmeshError } from "../base/tickmesh-error.ts";

/** Throws a `TickmeshError`, in words that say what there is instead, for names of `given` that `known` does not have. */
export function checkKnown(code: string, what: string, given: readonly string[], known: object): void {
  for (const name of given) {
    if (Object.hasOwn(known, name)) continue;
    throw new TickmeshError(code, `there is no ${what} ${shown(name)}, but ${Object.keys(known).join(", ")}`);
  }
}
