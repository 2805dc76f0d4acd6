import { TickmeshError } from "tickmesh";
import { LobbyErrorCode } from "tickmesh/lobby";

const WORDS: Readonly<Record<LobbyErrorCode, string>> = {
  [LobbyErrorCode.UNKNOWN_CODE]: "No game has this code. It may have ended: ask for the code again.",
  [LobbyErrorCode.FULL]: "This game is full.",
  [LobbyErrorCode.LOCKED]: "The host has locked this game: nobody new can come in.",
  [LobbyErrorCode.WRONG_PASSWORD]: "That is not the password.",
  [LobbyErrorCode.WRONG_VERSION]:
    "This game is played with another version of Floe. Reload the page, and ask the others to.",
  [LobbyErrorCode.INVALID_OPTIONS]: "The lobby server did not accept these settings.",
  [LobbyErrorCode.WRONG_STATE]: "That cannot be done at the moment.",
  [LobbyErrorCode.ALREADY_OPEN]: "Another player has opened this game again already.",
  [LobbyErrorCode.SERVER_UNREACHABLE]: "The lobby server does not answer.",
  [LobbyErrorCode.SERVER_FULL]: "The lobby server has as many games or players as it can take. Try again in a while.",
  [LobbyErrorCode.MISBEHAVED]: "The lobby server closed the connection: it got too many or broken messages.",
  [LobbyErrorCode.KICKED]: "The host removed you from this game.",
  [LobbyErrorCode.NOT_HOST]: "Only the host may do this.",
  [LobbyErrorCode.UNKNOWN_SEAT]: "Your place in this game is gone.",
  [LobbyErrorCode.IDLE]: "This game was closed: nobody joined or did anything for hours.",
  [LobbyErrorCode.NOT_SIGNED_IN]: "This lobby server wants players to sign in first.",
  [LobbyErrorCode.REPLACED]: "You play on in another window: this one gave its place up.",
  [LobbyErrorCode.NOT_CONNECTED]: "There is no connection to the lobby server at the moment.",
};

/** Why something that a player asked for did not happen, in plain words. */
export function inPlainWords(error: unknown): string {
  const code = refusalCode(error);
  if (code !== null) return wordsFor(code);
  return `Something went wrong: ${error instanceof Error ? error.message : String(error)}`;
}

export function wordsFor(code: LobbyErrorCode): string {
  return WORDS[code];
}

/** The lobby's refusal code, or `null` if the error is none. */
export function refusalCode(error: unknown): LobbyErrorCode | null {
  if (!(error instanceof TickmeshError) || !Object.hasOwn(WORDS, error.code)) return null;
  return error.code as LobbyErrorCode;
}
