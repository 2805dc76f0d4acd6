/** Receives one line of words for each call that a seed class refused, and for each fault that it noticed later. */
export type DiagnosticsHandler = (message: string) => void;

let handler: DiagnosticsHandler | null = null;

/**
 * Sets who is told, in words, why a seed call returned an error code. Without one, lines go to `console.warn`.
 * `null` restores that. The handler is told more than once about the same mistake; it must not throw.
 */
export function setDiagnosticsHandler(next: DiagnosticsHandler | null): void {
  handler = next;
}

/** Tells the diagnostics handler. For this library's own use: the line names the thing, the value and the limit. */
export function diagnose(message: string): void {
  if (handler === null) console.warn(`tickmesh: ${message}`);
  else handler(message);
}

/** Tells why a call is refused, and gives back what it is to return. For this library's own use, as `diagnose`. */
export function refuse<Result>(result: Result, message: string): Result {
  diagnose(message);
  return result;
}

/** Any value as it stands in a diagnostic line: short, on one line, strings quoted, at most 60 characters. */
export function shown(value: unknown): string {
  // Not every object can be made a string, and what an array or a function holds is too much.
  const isObject = Object(value) === value;
  const text = isObject ? {}.toString.call(value) : typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

/** What was thrown, in words. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
