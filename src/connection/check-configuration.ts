import { refuse, shown } from "../base/diagnostics.ts";
import { ErrorCode } from "../base/error-code.ts";
import { isWhole } from "../base/whole.ts";

// RFC 7064 and RFC 7065: scheme, host (a name, an IPv4 address, or an IPv6 address in brackets), port, transport for TURN.
const ICE_URL = /^(?:stun|turn)s?:(?:\[[0-9a-fA-F:.]+\]|[^\s:?[\]/@]+)(?::(\d{1,5}))?(?:\?transport=(?:udp|tcp))?$/;

/** Checks what `initialize` is given, in the order of Godot's native back end; says what is wrong with it. */
export function checkConfiguration(configuration: unknown): ErrorCode {
  if (!isObject(configuration)) return invalid("the configuration", configuration, "object");
  const { iceServers = [] } = configuration;
  if (!Array.isArray(iceServers)) return invalid("iceServers", iceServers, "array");
  for (const [index, server] of iceServers.entries()) {
    const error = checkServer(server, `iceServers[${index}]`);
    if (error !== ErrorCode.OK) return error;
  }
  return ErrorCode.OK;
}

function checkServer(server: unknown, name: string): ErrorCode {
  if (!isObject(server)) return invalid(name, server, "object");
  const urls: unknown[] = [server.urls].flat();
  if (!urls.every((url) => typeof url === "string")) {
    return refuse(ErrorCode.FAILED, `initialize: ${name}.urls ${shown(server.urls)} is no string`);
  }
  for (const url of urls) {
    const parts = ICE_URL.exec(url);
    if (parts === null || !isWhole(Number(parts[1] ?? 1), 1, 65_535)) {
      return invalid(`${name}.urls`, url, "stun: or turn: address");
    }
  }
  return ErrorCode.OK;
}

function invalid(name: string, value: unknown, expected: string): ErrorCode {
  return refuse(ErrorCode.ERR_INVALID_PARAMETER, `initialize: ${name} ${shown(value)} is no ${expected}`);
}

function isObject(value: unknown): value is { readonly iceServers?: unknown; readonly urls?: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
