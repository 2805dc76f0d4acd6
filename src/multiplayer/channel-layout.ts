import { shown } from "../base/diagnostics.ts";
import type { DataChannelOptions } from "../connection/check-channel-options.ts";
import { MAX_EXTRA_CHANNELS, UNRELIABLE_LIFETIME_MS } from "./limits.ts";
import { TransferMode } from "./multiplayer-peer.ts";

/** A channel that every connection of a mesh has. */
export interface PlannedChannel {
  readonly label: string;
  /** SCTP stream. */
  readonly id: number;
  readonly mode: TransferMode;
  /** What `transferChannel` reads for its packets. */
  readonly transferChannel: number;
}

const DEFAULT_CHANNELS: readonly PlannedChannel[] = [
  { label: "reliable", id: 1, mode: TransferMode.RELIABLE, transferChannel: 0 },
  { label: "ordered", id: 2, mode: TransferMode.UNRELIABLE_ORDERED, transferChannel: 0 },
  { label: "unreliable", id: 3, mode: TransferMode.UNRELIABLE, transferChannel: 0 },
];
const INDEX_BY_MODE: readonly number[] = [2, 1, 0];
const NO_INDEX = -1;

/** The default channels, then one extra for each mode. Labels and ids are Godot's: both sides must have the same. */
export function channelLayout(extras: readonly TransferMode[]): readonly PlannedChannel[] {
  const first = DEFAULT_CHANNELS.length + 1;
  return [
    ...DEFAULT_CHANNELS,
    ...extras.map((mode, i) => ({ label: String(first + i), id: first + i, mode, transferChannel: i + 1 })),
  ];
}

export function channelOptions(channel: PlannedChannel, lifetimeMs: number): DataChannelOptions {
  const options = { negotiated: true, id: channel.id, ordered: channel.mode !== TransferMode.UNRELIABLE };
  if (channel.mode === TransferMode.RELIABLE) return options;
  return { ...options, maxPacketLifeTime: channel.transferChannel === 0 ? lifetimeMs : UNRELIABLE_LIFETIME_MS };
}

/** Where in a layout packets go; −1 if there can be no such channel. It may lie past the layout's end. */
export function channelIndex(transferChannel: number, mode: TransferMode): number {
  if (transferChannel === 0) return INDEX_BY_MODE[mode] ?? NO_INDEX;
  if (!Number.isInteger(transferChannel) || transferChannel < 0) return NO_INDEX;
  return transferChannel + DEFAULT_CHANNELS.length - 1;
}

/** In words what is wrong with a caller's list of extra channels, or `null`. */
export function faultOfExtras(extras: unknown): string | null {
  if (!Array.isArray(extras)) return `the extra channels are ${shown(extras)}, not an array`;
  if (extras.length > MAX_EXTRA_CHANNELS) return `${extras.length} extra channels, the limit is ${MAX_EXTRA_CHANNELS}`;
  for (const [i, mode] of extras.entries()) {
    if (mode !== 0 && mode !== 1 && mode !== 2)
      return `extra channel ${i + 1} is ${shown(mode)}, not a transfer mode (0 to 2)`;
  }
  return null;
}
