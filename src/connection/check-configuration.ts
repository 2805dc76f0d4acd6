import { shown } from "../base/diagnostics.ts";
import { ErrorCode } from "../base/error-code.ts";

/** What is wrong with a caller's value: the code to return, and why in words. */
export interface Refusal {
  readonly error: ErrorCode;
  readonly reason: string;
}

// RFC 7064 and RFC 7065: scheme, host (a name, an IPv4 address, or an IPv6 address in brackets), port, transport for TURN.
const ICE_URL = /^(stuns?|turns?):(\[[0-9a-fA-F:.]+\]|[^\s:?[\]/@]+)(?::(\d{1,5}))?(?:\?transport=(udp|tcp))?$/;

/** Checks what `initialize` is given, in the order of Godot's native back end. `null` if all is well. */
export function checkConfiguration(configuration: unknown): Refusal | null {
  if (!isObject(configuration)) {
    return invalid(`initialize: the configuration is ${shown(configuration)}, not an object`);
  }
  const servers = configuration["iceServers"];
  if (servers === undefined) return null;
  if (!Array.isArray(servers)) return invalid(`initialize: iceServers is ${shown(servers)}, not an array`);
  for (const [index, server] of servers.entries()) {
    const refusal = checkServer(server, `initialize: iceServers[${index}]`);
    if (refusal !== null) return refusal;
  }
  return null;
}

function checkServer(server: unknown, name: string): Refusal | null {
  if (!isObject(server)) return invalid(`${name} is ${shown(server)}, not an object`);
  const urls = typeof server["urls"] === "string" ? [server["urls"]] : server["urls"];
  if (!Array.isArray(urls) || urls.some((url) => typeof url !== "string")) {
    return {
      error: ErrorCode.FAILED,
      reason: `${name}.urls is ${shown(server["urls"])}, neither a string nor strings`,
    };
  }
  for (const url of urls as string[]) {
    const parts = ICE_URL.exec(url);
    if (parts === null || Number(parts[3] ?? 1) > 65_535 || Number(parts[3] ?? 1) === 0) {
      return invalid(`${name}.urls: ${shown(url)} is no stun:, stuns:, turn: or turns: address`);
    }
  }
  return null;
}

function invalid(reason: string): Refusal {
  return { error: ErrorCode.ERR_INVALID_PARAMETER, reason };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
