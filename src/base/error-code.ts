/**
 * What a seed call returns: the names of Godot's `Error` that apply here, values equal to Godot's. (The others are of files, scripts
 * and printers; a page need not load them.)
 * `OK` is 0; every other value means that the call did nothing.
 */
export const ErrorCode = {
  OK: 0,
  FAILED: 1,
  ERR_UNAVAILABLE: 2,
  ERR_UNCONFIGURED: 3,
  ERR_UNAUTHORIZED: 4,
  ERR_OUT_OF_MEMORY: 6,
  ERR_ALREADY_IN_USE: 22,
  ERR_INVALID_DATA: 30,
  ERR_INVALID_PARAMETER: 31,
  ERR_ALREADY_EXISTS: 32,
  ERR_BUSY: 44,
} as const;
export type ErrorCode = (typeof ErrorCode)[keyof typeof ErrorCode];
