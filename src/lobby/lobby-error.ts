import { TickmeshError } from "../base/tickmesh-error.ts";
import { LobbyErrorCode } from "./protocol.ts";

/** What `tickmesh/lobby` throws, and what its promises reject with. */
export type LobbyError = TickmeshError<LobbyErrorCode>;

const codes: ReadonlySet<string> = new Set(Object.values(LobbyErrorCode));

export function lobbyError(code: LobbyErrorCode, message: string, cause?: unknown): LobbyError {
  return new TickmeshError(code, message, cause === undefined ? undefined : { cause });
}

export function isLobbyError(error: unknown): error is LobbyError {
  return error instanceof TickmeshError && codes.has(error.code);
}

/** A refusal as the server wrote it (`RefusalText`), or `null` if the text is something else. */
export function readRefusal(text: unknown): LobbyError | null {
  const match = typeof text === "string" ? /^([a-z-]+): (.*)$/s.exec(text) : null;
  if (match === null || !codes.has(match[1] as string)) return null;
  return lobbyError(match[1] as LobbyErrorCode, match[2] as string);
}

/** Refusals after which trying again is of no use: the lobby, or the seat in it, is no more, or no more this page's. */
const final: ReadonlySet<LobbyErrorCode> = new Set([
  LobbyErrorCode.UNKNOWN_CODE,
  LobbyErrorCode.UNKNOWN_SEAT,
  LobbyErrorCode.WRONG_VERSION,
  LobbyErrorCode.INVALID_OPTIONS,
  LobbyErrorCode.REPLACED,
]);

export function isFinal(error: unknown): error is LobbyError {
  return isLobbyError(error) && final.has(error.code);
}
