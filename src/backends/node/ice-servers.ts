import type { IceServer as NativeIceServer } from "node-datachannel";
import type { IceServer } from "../../seam/connection-backend.ts";
import { iceAddresses } from "../../seam/ice-address.ts";

/** The W3C's ICE servers as libdatachannel wants them. Left out is what it cannot use: `stuns`, and TURN over TCP or TLS. */
export function nativeIceServers(servers: readonly IceServer[]): NativeIceServer[] {
  return iceAddresses(servers)
    .filter(({ transport }) => transport === "udp")
    .map(({ account, host, port }) => {
      const place = { hostname: host, port };
      if (account === null) return place;
      return { ...place, username: account.username, password: account.credential, relayType: "TurnUdp" };
    });
}
