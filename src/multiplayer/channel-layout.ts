import { shown } from "../base/diagnostics.ts";
import { faultOfWhole, isWhole } from "../base/whole.ts";
import type { DataChannelOptions } from "../connection/check-channel-options.ts";
import { MAX_EXTRA_CHANNELS, ORDERED_LIFETIME_MS, UNORDERED_LIFETIME_MS } from "./limits.ts";
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

const DEFAULT_MODES: readonly TransferMode[] = [
  TransferMode.RELIABLE,
  TransferMode.UNRELIABLE_ORDERED,
  TransferMode.UNRELIABLE,
];
const DEFAULT_LABELS = ["reliable", "ordered", "unreliable"];

/** The default channels, then one extra for each mode. Labels and ids are Godot's: both sides must have the same. */
export function channelLayout(extras: readonly TransferMode[]): readonly PlannedChannel[] {
  return [...DEFAULT_MODES, ...extras].map((mode, i) => {
    const id = i + 1;
    return {
      label: DEFAULT_LABELS[i] ?? String(id),
      id,
      mode,
      transferChannel: Math.max(0, id - DEFAULT_MODES.length),
    };
  });
}

/** `lifetimeMs`: of what is unreliable on the default channels; `null` for the usual. */
export function channelOptions(
  { id, mode, transferChannel }: PlannedChannel,
  lifetimeMs: number | null,
): DataChannelOptions {
  const options = { negotiated: true, id, ordered: mode !== TransferMode.UNRELIABLE };
  if (mode === TransferMode.RELIABLE) return options;
  const usualMs = options.ordered ? ORDERED_LIFETIME_MS : UNORDERED_LIFETIME_MS;
  return { ...options, maxPacketLifeTime: transferChannel === 0 ? (lifetimeMs ?? usualMs) : usualMs };
}

/** Where in a layout packets go; −1 if there can be no such channel. It may lie past the layout's end. */
export function channelIndex(transferChannel: number, mode: TransferMode): number {
  if (transferChannel === 0) return DEFAULT_MODES.indexOf(mode);
  return isWhole(transferChannel, 1, Number.MAX_SAFE_INTEGER) ? transferChannel + DEFAULT_MODES.length - 1 : -1;
}

/** In words what is wrong with a caller's list of extra channels, or `null`. */
export function faultOfExtras(extras: unknown): string | null {
  if (!Array.isArray(extras)) return `extra channels ${shown(extras)} are no array`;
  return extras.reduce<string | null>(
    (fault, mode, i) => fault ?? faultOfWhole(`extra channel ${i + 1}`, mode, 0, 2),
    faultOfWhole("the number of extra channels", extras.length, 0, MAX_EXTRA_CHANNELS),
  );
}
