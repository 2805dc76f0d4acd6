import { DisconnectReason } from "tickmesh";

/** Why a player is gone, to follow its name. */
export function partingWords(reason: DisconnectReason): string {
  switch (reason) {
    case DisconnectReason.LEFT:
    case DisconnectReason.CLOSED_BY_PEER:
      return "left";
    case DisconnectReason.KICKED:
      return "was kicked";
    case DisconnectReason.CONNECTION_LOST:
      return "is gone: the connection was lost";
    default:
      return "is gone";
  }
}

/** Why a player could not be connected to, in brackets after the sentence; nothing if there is nothing that helps. */
export function failureWords(reason: string): string {
  if (reason === DisconnectReason.NO_PATH) return " (no way through between your networks)";
  if (reason === DisconnectReason.CONNECT_TIMEOUT) return " (no answer in time)";
  return "";
}
