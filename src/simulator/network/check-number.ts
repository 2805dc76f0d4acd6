import { shown } from "../../base/diagnostics.ts";
import { TickmeshError } from "../../base/tickmesh-error.ts";

/** Gives a number back that is within a range, else throws a `TickmeshError` `invalid-options` that names it, its value and the range. */
export function within(name: string, value: unknown, min: number, max: number): number {
  if (typeof value === "number" && value >= min && value <= max) return value;
  throw new TickmeshError("invalid-options", `${name} is ${shown(value)}: ${min} to ${max}`);
}
