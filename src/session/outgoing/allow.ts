import { shown } from "../../base/diagnostics.ts";
import { TickmeshError } from "../../base/tickmesh-error.ts";
import { TransferMode } from "../../multiplayer/multiplayer-peer.ts";
import type { SessionLink } from "../link/session-link.ts";
import type { TableEntry } from "../messages/table-entry.ts";

/**
 * Counts a message that is to be sent to a peer. If that is one too many by its own limit a second, throws a `TickmeshError`
 * `too-many-messages`; an unreliable one it sheds, and gives back false.
 */
export function allow(link: SessionLink, entry: TableEntry): boolean {
  const { name, perSecond, mode, lane } = entry;
  if (perSecond === Number.POSITIVE_INFINITY || link.allows(entry)) return true;
  if (mode === TransferMode.RELIABLE) {
    throw new TickmeshError("too-many-messages", `message ${shown(name)}: peer ${link.id} takes ${perSecond} a second`);
  }
  link.unreliable.queueOf(lane.index).shedMessages += 1;
  return false;
}
