import type { Signal } from "../signalling/signaller.ts";

/**
 * Whether a game may stand still until this is answered: it mends a connection. Who begins one has time, and there a slow line is no
 * sign of anything.
 */
export function isUrgent(signal: Signal): boolean {
  switch (signal.kind) {
    case "probe":
    case "restart":
    case "retry":
    case "want":
      return true;
    case "description":
      return signal.type === "offer" && (signal.restart !== undefined || signal.attempt > 1);
    default:
      return false;
  }
}
