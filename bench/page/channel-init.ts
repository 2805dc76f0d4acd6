import type { WireOptions } from "./link.ts";

/** How a browser's channel is asked for. What is not reliable is sent once. */
export function channelInit({ reliable, ordered = reliable }: WireOptions): RTCDataChannelInit {
  return { ...(!ordered && { ordered }), ...(!reliable && { maxRetransmits: 0 }) };
}
