import { shown } from "../base/diagnostics.ts";
import { lobbyError } from "./lobby-error.ts";
import { LobbyErrorCode, LobbyLimits, type Metadata } from "./protocol.ts";

// The server checks all of this again: here it is for the game's author, at the call that is wrong.

export function checkText(name: string, value: unknown, maxLength: number, minLength = 1): void {
  if (typeof value !== "string" || value.length < minLength || value.length > maxLength) {
    wrong(`${name} ${shownLength(value)}: a text of ${minLength} to ${maxLength} letters is wanted`);
  }
  if (/[\p{Cc}\u2028-\u202e\u2066-\u2069]/u.test(value as string)) wrong(`${name} holds control characters`);
}

export function checkMaxPeers(maxPeers: unknown): void {
  const { maxPeersMin, maxPeersMax } = LobbyLimits;
  if (!Number.isInteger(maxPeers) || Number(maxPeers) < maxPeersMin || Number(maxPeers) > maxPeersMax) {
    wrong(`maxPeers ${shown(maxPeers)}: a whole number from ${maxPeersMin} to ${maxPeersMax} is wanted`);
  }
}

const schemes: readonly string[] = ["http:", "https:", "ws:", "wss:"];

export function checkUrl(url: unknown): void {
  // Without a scheme, the name of a host and its port read as a scheme and what follows it.
  if (typeof url !== "string" || !URL.canParse(url) || !schemes.includes(new URL(url).protocol)) {
    wrong(
      `url ${shown(url)}: the lobby server's whole address is wanted, with http://, https://, ws:// or wss:// before it`,
    );
  }
}

export function checkShape(shape: unknown): void {
  if (shape !== "mesh" && shape !== "star") wrong(`shape ${shown(shape)}: "mesh" or "star" is wanted`);
}

export function checkMetadata(name: string, value: Metadata): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) wrong(`${name} is no object`);
  for (const [key, fact] of Object.entries(value)) {
    const isFact = typeof fact === "string" || typeof fact === "boolean" || Number.isFinite(fact);
    if (!isFact) wrong(`${name}.${key}: a string, a finite number or a boolean is wanted`);
    if (key.length > 64) wrong(`${name}.${key}: its name has ${key.length} letters, at most 64 are allowed`);
  }
  const bytes = new TextEncoder().encode(JSON.stringify(value)).length;
  if (bytes > LobbyLimits.metadataBytes) {
    wrong(`${name}: ${bytes} bytes of JSON, at most ${LobbyLimits.metadataBytes} are allowed`);
  }
}

/** Throws `invalid-options`. */
export function wrong(message: string): never {
  throw lobbyError(LobbyErrorCode.INVALID_OPTIONS, message);
}

function shownLength(value: unknown): string {
  return typeof value === "string" ? `has ${value.length} letters` : `is ${value === null ? "null" : typeof value}`;
}
