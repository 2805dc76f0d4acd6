import type { ChannelOptions } from "../../seam/connection-backend.ts";

/** What a channel was made with, its id aside. */
export function optionsOf({ facts }: { readonly facts: Omit<ChannelOptions, "id"> }): Omit<ChannelOptions, "id"> {
  const { negotiated, ordered, maxPacketLifeTime, maxRetransmits, protocol } = facts;
  return { negotiated, ordered, maxPacketLifeTime, maxRetransmits, protocol };
}
