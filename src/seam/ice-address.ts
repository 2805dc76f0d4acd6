import { shown } from "../base/diagnostics.ts";
import { isWhole } from "../base/whole.ts";
import type { IceServer } from "./connection-backend.ts";

/** One url of an `IceServer`, read (RFC 7064, RFC 7065). */
export interface IceAddress {
  /** A TURN server's; `null` for STUN. */
  readonly account: { readonly username: string; readonly credential: string } | null;
  /** An IPv6 address stands without brackets. */
  readonly host: string;
  readonly port: number;
  readonly transport: "udp" | "tcp" | "tls";
}

const URL_PARTS = /^(stun|turn)(s?):(\[[\da-f:.]+\]|[^\s:?@/[\]]+)(?::(\d{1,5}))?(?:\?transport=(udp|tcp))?$/i;
const DEFAULT_PORT = 3_478;
const DEFAULT_PORT_TLS = 5_349;

/**
 * The addresses of ICE servers, for backends that are not a browser. Throws, in words, as duty B1 has it, for a url that cannot
 * be read and for a TURN server without `username` or `credential`.
 */
export function iceAddresses(servers: readonly IceServer[]): IceAddress[] {
  return servers.flatMap((server) => {
    const urls = typeof server.urls === "string" ? [server.urls] : server.urls;
    return urls.map((url) => iceAddress(url, server));
  });
}

function iceAddress(url: string, { username, credential }: IceServer): IceAddress {
  const [, scheme, secure, host, port, transport] = URL_PARTS.exec(url) ?? [];
  if (scheme === undefined || host === undefined || !isWhole(Number(port ?? DEFAULT_PORT), 1, 65_535)) {
    throw new Error(`ICE server ${shown(url)}: stun:host[:port] or turn:host[:port][?transport=udp] is wanted`);
  }
  const isTurn = scheme.toLowerCase() === "turn";
  if (isTurn && (username === undefined || credential === undefined)) {
    throw new Error(`ICE server ${shown(url)}: a TURN server needs username and credential`);
  }
  return {
    account: isTurn ? { username: username as string, credential: credential as string } : null,
    host: host.replace(/^\[(.*)\]$/, "$1"),
    port: Number(port ?? (secure === "" ? DEFAULT_PORT : DEFAULT_PORT_TLS)),
    transport: secure !== "" ? "tls" : transport?.toLowerCase() === "tcp" ? "tcp" : "udp",
  };
}
