/**
 * Values in one var, each key of a map and each array and map among them. Reading a value costs up to 2 µs (a map's key that was
 * never seen before), so that no packet, of whatever bytes, costs more than some 50 ms. Larger things travel as bytes.
 */
export const MAX_VAR_VALUES = 32_768;

/** Arrays and maps within each other. */
export const MAX_VAR_DEPTH = 64;

/**
 * Longest payload where the game names no limit: a level or a save, whole. What it costs to read is bounded by `MAX_VAR_VALUES`, and what
 * may travel by the session as well. Unit: bytes.
 */
export const DEFAULT_PAYLOAD_BYTES = 8_388_608;

/** The longest limit that a game may name: no length that travels is above it. Unit: bytes. */
export const MAX_LENGTH_BYTES = 4_294_967_295;

/** Longest list of a layout: what a list costs to read grows with its elements, whose shortest encoding is one byte. */
export const MAX_LIST_LENGTH = 65_535;

/** Options of `oneOf`: the index is one byte. */
export const MAX_OPTIONS = 256;

/** Fields of one layout: beyond some hundred, engines keep an object's fields in a table, and every access is several times dearer. */
export const MAX_LAYOUT_FIELDS = 128;
