import type { SessionLink } from "./session-link.ts";

export function findLink(links: readonly SessionLink[], id: number): SessionLink | null {
  for (const link of links) if (link.id === id) return link;
  return null;
}

/** Of a peer that has come and not left. */
export function presentLink(links: readonly SessionLink[], id: number): SessionLink | null {
  const link = findLink(links, id);
  return link?.isPresent ? link : null;
}
