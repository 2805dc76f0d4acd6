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
