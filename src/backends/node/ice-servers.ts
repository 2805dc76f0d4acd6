import type { IceServer as NativeIceServer } from "node-datachannel";
import type { IceServer } from "../../seam/connection-backend.ts";

const URL_PARTS = /^(stuns?|turns?):(\[[\da-f:.]+\]|[^\s:?@/[\]]+)(?::(\d{1,5}))?(?:\?transport=(udp|tcp))?$/i;
const DEFAULT_PORT = 3_478;

/**
 * The W3C's ICE servers as libdatachannel wants them. Left out is what it cannot use: `stuns`, and TURN over TCP or TLS. Throws,
 * in words, for a url that cannot be read and for a TURN server without `username` or `credential`.
 */
export function nativeIceServers(servers: readonly IceServer[]): NativeIceServer[] {
  return servers.flatMap((server) => {
    const urls = typeof server.urls === "string" ? [server.urls] : server.urls;
    return urls.flatMap((url) => nativeIceServer(url, server) ?? []);
  });
}

function nativeIceServer(url: string, { username, credential }: IceServer): NativeIceServer | null {
  const [, scheme, host, port, transport] = URL_PARTS.exec(url) ?? [];
  if (scheme === undefined || host === undefined || Number(port ?? DEFAULT_PORT) > 65_535) {
    throw new Error(`ICE server ${url}: stun:host[:port] or turn:host[:port][?transport=udp] is wanted`);
  }
  const isTurn = scheme.toLowerCase().startsWith("turn");
  if (isTurn && (username === undefined || credential === undefined)) {
    throw new Error(`ICE server ${url}: a TURN server needs username and credential`);
  }
  if (scheme.toLowerCase().endsWith("s") || transport?.toLowerCase() === "tcp") return null;
  const place = { hostname: host.replace(/^\[(.*)\]$/, "$1"), port: Number(port ?? DEFAULT_PORT) };
  return isTurn
    ? { ...place, username: username as string, password: credential as string, relayType: "TurnUdp" }
    : place;
}
