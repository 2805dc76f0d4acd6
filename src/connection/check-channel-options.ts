import { shown } from "../base/diagnostics.ts";
import { faultOfWhole } from "../base/whole.ts";
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
  if (typeof options !== "object" || options === null) return `options ${shown(options)} is no object`;
  const { negotiated = false, ordered = true, protocol = "", id, maxPacketLifeTime, maxRetransmits } = options;
  const fault =
    faultOfText("label", label) ??
    faultOfText("protocol", protocol) ??
    faultOfKind("negotiated", negotiated, "boolean") ??
    faultOfKind("ordered", ordered, "boolean") ??
    (negotiated ? faultOfWhole("id", id, 0, MAX_CHANNEL_ID) : null) ??
    faultOfLimit("maxPacketLifeTime", maxPacketLifeTime) ??
    faultOfLimit("maxRetransmits", maxRetransmits);
  if (fault !== null) return fault;
  if (maxPacketLifeTime !== undefined && maxRetransmits !== undefined) {
    return "maxPacketLifeTime and maxRetransmits exclude each other";
  }
  return {
    negotiated,
    id: negotiated ? (id as number) : null,
    ordered,
    maxPacketLifeTime: maxPacketLifeTime ?? null,
    maxRetransmits: maxRetransmits ?? null,
    protocol,
  };
}

function faultOfKind(name: string, value: unknown, kind: "boolean" | "string"): string | null {
  return typeof value === kind ? null : `${name} ${shown(value)} is no ${kind}`;
}

function faultOfText(name: string, text: string): string | null {
  return (
    faultOfKind(name, text, "string") ??
    faultOfWhole(`length of ${name}`, new TextEncoder().encode(text).length, 0, MAX_LABEL_BYTES)
  );
}

function faultOfLimit(name: string, limit: unknown): string | null {
  return limit === undefined ? null : faultOfWhole(name, limit, 0, MAX_RELIABILITY_PARAMETER);
}
