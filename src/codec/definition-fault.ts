import { TickmeshError } from "../base/tickmesh-error.ts";
import { faultOfWhole } from "../base/whole.ts";

/** Refuses a payload that cannot be as it is defined, in words. */
export function refuseDefinition(words: string): never {
  throw new TickmeshError("invalid-payload", words);
}

/** A limit that a payload is defined with. Throws `TickmeshError` (`invalid-payload`) if it is no whole number within bounds. */
export function checkedLimit(name: string, limit: number, min: number, max: number): number {
  const fault = faultOfWhole(name, limit, min, max);
  return fault === null ? limit : refuseDefinition(fault);
}
