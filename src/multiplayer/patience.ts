import { refuse, shown } from "../base/diagnostics.ts";
import { CONNECT_TIMEOUT_MS, DISCONNECT_GRACE_MS } from "./limits.ts";

/** How patient a mesh is with its peers. */
export interface Patience {
  /** How long a peer may take to connect, from `addPeer` on. Unit: ms; 0 or more, Infinity waits for ever. Default 15,000. */
  readonly connectTimeoutMs: number;
  /**
   * How long a connected peer may be unreachable before it counts as gone, and how long a peer that has gone stays for what is
   * unread. Unit: ms; 0 or more. Default 5,000.
   */
  readonly disconnectGraceMs: number;
}

/** Complete; what is no duration is refused in words and replaced by the default. */
export function completePatience(given: Partial<Patience>): Patience {
  return {
    connectTimeoutMs: duration("connectTimeoutMs", given.connectTimeoutMs, CONNECT_TIMEOUT_MS),
    disconnectGraceMs: duration("disconnectGraceMs", given.disconnectGraceMs, DISCONNECT_GRACE_MS),
  };
}

function duration(name: string, givenMs: unknown, defaultMs: number): number {
  if (givenMs === undefined) return defaultMs;
  if (typeof givenMs === "number" && givenMs >= 0) return givenMs;
  return refuse(defaultMs, `${name} ${shown(givenMs)} is no number of ms from 0 on; it is ${defaultMs}`);
}
