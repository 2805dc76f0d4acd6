import { shown } from "../base/diagnostics.ts";
import type { ChannelOptions } from "../seam/connection-backend.ts";
import { MAX_CHANNEL_ID, MAX_LABEL_BYTES, MAX_RELIABILITY_PARAMETER } from "./limits.ts";

/** Options of `createDataChannel`, as callers give them: everything may be left out. */
export interface DataChannelOptions {
  /** True: both sides make the channel, with the same `id`. Default false: the other side is told by `dataChannelReceived`. */
  readonly negotiated?: boolean;
  /** SCTP stream, 0 to 65,534 (Chromium: to 1,023). Needed if `negotiated`, ignored otherwise. */
  readonly id?: number;
  /** Packets arrive in the order they were sent. Default true. */
  readonly ordered?: boolean;
  /** How long a packet may be sent again. Unit: ms, 0 to 65,535. Makes the channel unreliable. */
  readonly maxPacketLifeTime?: number;
  /** How often a packet may be sent again, 0 to 65,535. Makes the channel unreliable. Not with `maxPacketLifeTime`. */
  readonly maxRetransmits?: number;
  /** Sub-protocol, for the other side to read. */
  readonly protocol?: string;
}

/** The options complete, or in words what is wrong with them. */
export function completeChannelOptions(label: string, options: DataChannelOptions): ChannelOptions | string {
  if (typeof label !== "string") return `the label is ${shown(label)}, not a string`;
  if (typeof options !== "object" || options === null) return `the options are ${shown(options)}, not an object`;
  const protocol = options.protocol ?? "";
  if (typeof protocol !== "string") return `protocol is ${shown(protocol)}, not a string`;
  for (const [name, text] of [
    ["the label", label],
    ["protocol", protocol],
  ] as const) {
    if (utf8Length(text) > MAX_LABEL_BYTES)
      return `${name} has ${utf8Length(text)} bytes, the limit is ${MAX_LABEL_BYTES}`;
  }
  const negotiated = options.negotiated ?? false;
  const ordered = options.ordered ?? true;
  if (typeof negotiated !== "boolean") return `negotiated is ${shown(negotiated)}, not a boolean`;
  if (typeof ordered !== "boolean") return `ordered is ${shown(ordered)}, not a boolean`;
  if (negotiated && options.id === undefined) return "negotiated needs an id";
  if (negotiated && !isWhole(options.id, MAX_CHANNEL_ID)) {
    return `id is ${shown(options.id)}, not a whole number from 0 to ${MAX_CHANNEL_ID}`;
  }
  const { maxPacketLifeTime, maxRetransmits } = options;
  if (maxPacketLifeTime !== undefined && maxRetransmits !== undefined) {
    return "maxPacketLifeTime and maxRetransmits exclude each other";
  }
  for (const [name, value] of [
    ["maxPacketLifeTime", maxPacketLifeTime],
    ["maxRetransmits", maxRetransmits],
  ] as const) {
    if (value !== undefined && !isWhole(value, MAX_RELIABILITY_PARAMETER)) {
      return `${name} is ${shown(value)}, not a whole number from 0 to ${MAX_RELIABILITY_PARAMETER}`;
    }
  }
  return {
    negotiated,
    id: negotiated ? (options.id as number) : null,
    ordered,
    maxPacketLifeTime: maxPacketLifeTime ?? null,
    maxRetransmits: maxRetransmits ?? null,
    protocol,
  };
}

function isWhole(value: unknown, max: number): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= max;
}

function utf8Length(text: string): number {
  return text.length * 3 <= MAX_LABEL_BYTES ? text.length : new TextEncoder().encode(text).length;
}
