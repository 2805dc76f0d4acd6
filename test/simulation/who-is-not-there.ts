import type { Member } from "../../src/simulator/world/member.ts";

/** In words the first one who has not come to somebody else's session, or has not left it; `null` if there is none. */
export function whoIsNotThere(members: readonly Member[]): string | null {
  const ids = members.filter(({ state }) => state === "present").map(({ id }) => id);
  for (const { id, session, state } of members) {
    if (state !== "present") continue;
    const peers = new Set(session?.peers);
    for (const other of ids) if (other !== id && !peers.delete(other)) return `${other} has not come to ${id}`;
    for (const stranger of peers) return `${stranger} has not left ${id}`;
  }
  return null;
}
