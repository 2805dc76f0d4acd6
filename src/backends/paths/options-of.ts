import type { ChannelOptions } from "../../seam/connection-backend.ts";

/** What a twin of a channel is made with. Its id is the twin's, too, if both sides have named it. */
export function optionsOf({ facts }: { readonly facts: ChannelOptions }): ChannelOptions {
  const { negotiated, id, ordered, maxPacketLifeTime, maxRetransmits, protocol } = facts;
  return { negotiated, id: negotiated ? id : null, ordered, maxPacketLifeTime, maxRetransmits, protocol };
}
