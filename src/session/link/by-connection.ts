import type { SessionLink } from "./session-link.ts";

/** Whether a peer is reached through a hub. */
export function isRouted({ transport }: SessionLink): boolean {
  return transport !== null && transport.carrier.via !== 0;
}

/** Those with a connection first: what others have to say comes through these. */
export function byConnection(links: readonly SessionLink[]): readonly SessionLink[] {
  if (!links.some(isRouted)) return links;
  return [...links.filter((link) => !isRouted(link)), ...links.filter(isRouted)];
}
