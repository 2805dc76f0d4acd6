import { ServerError } from "@colyseus/core";
import { LobbyErrorCode, type RefusalText } from "../lobby/protocol.ts";
import { countRefusal } from "./tally.ts";

const STATUS: Readonly<Record<LobbyErrorCode, number>> = {
  [LobbyErrorCode.UNKNOWN_CODE]: 404,
  [LobbyErrorCode.UNKNOWN_SEAT]: 404,
  [LobbyErrorCode.FULL]: 409,
  [LobbyErrorCode.LOCKED]: 403,
  [LobbyErrorCode.WRONG_PASSWORD]: 403,
  [LobbyErrorCode.WRONG_VERSION]: 400,
  [LobbyErrorCode.INVALID_OPTIONS]: 400,
  [LobbyErrorCode.WRONG_STATE]: 409,
  [LobbyErrorCode.ALREADY_OPEN]: 409,
  [LobbyErrorCode.SERVER_UNREACHABLE]: 503,
  [LobbyErrorCode.SERVER_FULL]: 503,
  [LobbyErrorCode.MISBEHAVED]: 429,
  [LobbyErrorCode.KICKED]: 403,
  [LobbyErrorCode.NOT_HOST]: 403,
  [LobbyErrorCode.IDLE]: 409,
  [LobbyErrorCode.NOT_SIGNED_IN]: 401,
  [LobbyErrorCode.NOT_CONNECTED]: 409,
  [LobbyErrorCode.REPLACED]: 409,
};

/** The HTTP status that goes with a refusal. */
export function statusOf(code: LobbyErrorCode): number {
  return STATUS[code];
}

export function refusalText(code: LobbyErrorCode, reason: string): RefusalText {
  return `${code}: ${reason}`;
}

/** For throwing out of a Colyseus hook: the code survives Colyseus' matchmaker, HTTP, and hops between processes as text. */
export function refusal(code: LobbyErrorCode, reason: string): ServerError {
  countRefusal(code);
  return dismissal(code, reason);
}

/** As `refusal`, for what was done as it was asked: it is counted as none. */
export function dismissal(code: LobbyErrorCode, reason: string): ServerError {
  return new ServerError(STATUS[code], refusalText(code, reason));
}

/** What a refusal says. */
export function readRefusal(text: string): { code: LobbyErrorCode; reason: string } {
  const [code = "", reason = ""] = text.split(/: (.*)/s);
  return code in STATUS
    ? { code: code as LobbyErrorCode, reason }
    : { code: LobbyErrorCode.SERVER_UNREACHABLE, reason: text };
}
