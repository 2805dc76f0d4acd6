/**
 * Values in one var, each key of a map and each array and map among them. Reading a value costs up to 2 µs (a map's key that was
 * never seen before), so that no packet, of whatever bytes, costs more than some 50 ms. Larger things travel as bytes.
 */
export const MAX_VAR_VALUES = 32_768;

/** Arrays and maps within each other. */
export const MAX_VAR_DEPTH = 64;
