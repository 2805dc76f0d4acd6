/** The value's own fields, if it is a plain object; `null` otherwise. */
export function fields(value: unknown): Readonly<Record<string, unknown>> | null {
  if (typeof value !== "object" || value === null || Array.isArray(value) || ArrayBuffer.isView(value)) return null;
  return value as Readonly<Record<string, unknown>>;
}

/** Far beyond the floe and any damage: what is larger is no number of the game's. */
const LARGEST = 1_000_000;

/** A place, a speed, a damage. */
export function isMeasure(value: unknown): value is number {
  return typeof value === "number" && Math.abs(value) <= LARGEST;
}

/** A time or a span of it. Unit: ms. Up to eleven days. */
export function isSpan(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value <= 1e9;
}

/** A whole number from 0 to 2^32 − 1. */
export function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 0xffffffff;
}

/** A peer id. */
export function isId(value: unknown): value is number {
  return isCount(value) && value >= 1 && value <= 0x7fffffff;
}
