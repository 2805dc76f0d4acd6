import type { Member } from "./member.ts";

/** Whether every present member is connected to every other, and to nobody else. */
export function isMeshed(members: readonly Member[]): boolean {
  return whoIsApart(members) === null;
}

/** In words the first thing that keeps some members from being a mesh; `null` if nothing does. */
export function whoIsApart(members: readonly Member[]): string | null {
  const ids = members.filter(({ state }) => state === "present").map(({ id }) => id);
  for (const { id, peer, state } of members) {
    if (state !== "present") continue;
    const peers = peer.getPeers();
    for (const other of ids) {
      if (other !== id && peers.get(other)?.connected !== true) return `${id} is not connected to ${other}`;
      peers.delete(other);
    }
    for (const stranger of peers.keys()) return `${id} still has ${stranger}, who is not there`;
  }
  return null;
}
