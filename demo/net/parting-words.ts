import { DisconnectReason } from "tickmesh";
import { Fault, LeaveReason, type Refusal, RefusalCode } from "tickmesh/session";

const FAULTS: readonly string[] = Object.values(Fault);

/** Why a player is gone, to follow its name. */
export function partingWords(reason: LeaveReason): string {
  switch (reason) {
    case LeaveReason.LEFT:
    case LeaveReason.CLOSED_BY_PEER:
      return "left";
    case LeaveReason.KICKED:
      return "was kicked";
    case LeaveReason.SILENT:
    case LeaveReason.CONNECTION_LOST:
      return "is gone: the connection was lost";
    case LeaveReason.REPLACED:
      return "comes back anew";
    default:
      return FAULTS.includes(reason) ? "is shut out: it sent what nobody may" : "is gone";
  }
}

/** Why a player cannot take part, to follow its name. */
export function refusalWords({ code }: Refusal): string {
  switch (code) {
    case RefusalCode.VERSION:
    case RefusalCode.MESSAGES:
    case RefusalCode.PROTOCOL:
      return "has another version of the game: reload both pages, and come again";
    case RefusalCode.GAME:
      return "plays another game";
    default:
      return "does not answer as this game does";
  }
}

/** Why a player could not be connected to, in brackets after the sentence; nothing if there is nothing that helps. */
export function failureWords(reason: string): string {
  if (reason === DisconnectReason.NO_PATH) return " (no way through between your networks)";
  if (reason === DisconnectReason.CONNECT_TIMEOUT) return " (no answer in time)";
  return "";
}
