import { shown } from "../../base/diagnostics.ts";
import { TickmeshError } from "../../base/tickmesh-error.ts";
import { TransferMode } from "../../multiplayer/multiplayer-peer.ts";
import type { SessionLink } from "../link/session-link.ts";
import type { TableEntry } from "../messages/table-entry.ts";

/**
 * Counts a message that is to be sent, and gives those of the links that it may go to now. If it is one too many for any of them by its
 * own limit a second, a reliable one throws a `TickmeshError` `too-many-messages`, and is counted nowhere; an unreliable one is shed there.
 */
export function allow(links: readonly SessionLink[], entry: TableEntry): readonly SessionLink[] {
  const { name, perSecond, mode } = entry;
  if (perSecond === Number.POSITIVE_INFINITY) return links;
  if (mode !== TransferMode.RELIABLE) return links.filter((link) => link.allows(entry) || shed(link, entry));
  for (const link of links) {
    if (link.hasAllowance(entry)) continue;
    throw new TickmeshError("too-many-messages", `message ${shown(name)}: peer ${link.id} takes ${perSecond} a second`);
  }
  for (const link of links) link.allows(entry);
  return links;
}

function shed(link: SessionLink, { lane }: TableEntry): false {
  link.unreliable.queueOf(lane.index).shedMessages += 1;
  return false;
}
