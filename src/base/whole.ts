import { shown } from "./diagnostics.ts";

/** A whole number within bounds; −0 is not one that counts anything. */
export function isWhole(value: unknown, min: number, max: number): value is number {
  return Number.isInteger(value) && (value as number) >= min && (value as number) <= max && !Object.is(value, -0);
}

/** In words why a value is no whole number within bounds; `null` if it is one. */
export function faultOfWhole(name: string, value: unknown, min: number, max: number): string | null {
  return isWhole(value, min, max) ? null : `${name} ${shown(value)} is no whole number from ${min} to ${max}`;
}
