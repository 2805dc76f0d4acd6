import { shown } from "../../base/diagnostics.ts";
import type { ConnectionConfiguration } from "../../seam/connection-backend.ts";

/** Refuses, by throwing, what a browser would refuse: the servers themselves are not used, there are none out here. */
export function checkIceServers({ iceServers = [] }: ConnectionConfiguration): void {
  for (const { urls, username, credential } of iceServers) {
    for (const url of typeof urls === "string" ? [urls] : urls) {
      const scheme = /^(stuns?|turns?):\S+$/.exec(url)?.[1];
      if (scheme === undefined) throw new Error(`${shown(url)} is no address of a STUN or TURN server`);
      if (scheme.startsWith("turn") && (username === undefined || credential === undefined)) {
        throw new Error(`${shown(url)} needs a username and a credential`);
      }
    }
  }
}
