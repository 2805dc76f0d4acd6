import type { RepairStep } from "../../multiplayer/companion.ts";
import type { TransferMode } from "../../multiplayer/multiplayer-peer.ts";
import type { LinkChange } from "./world-options.ts";

/** Which links are meant, as `VirtualNetwork.setLink` has it: all of them if nothing is said. */
export type LinkChoiceData =
  | { readonly from?: number; readonly to?: number; readonly between?: undefined }
  | { readonly between: readonly number[]; readonly from?: undefined; readonly to?: undefined };

/** Whom a choice of links names. */
export function idsOf({ from, to, between = [] }: LinkChoiceData): number[] {
  return [from, to, ...between].filter((id) => id !== undefined);
}

/**
 * Something that is done to a world between two ticks. Plain data: what a recording is made of, and what `shrink` leaves out.
 * One that does not apply (to somebody who is not there) does nothing.
 */
export type Operation =
  /** A new member, or one that was gone comes back under its old id, on another page. */
  | { readonly kind: "join"; readonly peer: number; readonly clockOffsetMs?: number; readonly clockDriftPpm?: number }
  /** It closes its mesh, and says so. */
  | { readonly kind: "leave"; readonly peer: number }
  /** It is gone without a word. The server notices some time later. */
  | { readonly kind: "crash"; readonly peer: number }
  /** The lobby's host removes it. */
  | { readonly kind: "kick"; readonly peer: number }
  /** Its main thread stands still. */
  | { readonly kind: "stall"; readonly peer: number; readonly ms: number }
  | { readonly kind: "drift"; readonly peer: number; readonly ppm: number }
  /** A packet of `size` bytes, its content drawn from the seed. `to`: as `setTargetPeer` takes it. Not of a member with a session. */
  | {
      readonly kind: "send";
      readonly peer: number;
      readonly to: number;
      readonly mode: TransferMode;
      readonly channel: number;
      readonly size: number;
    }
  /** What the player of one member does: its game's `input` is given it. Plain data. */
  | { readonly kind: "input"; readonly peer: number; readonly input: unknown }
  /** The game ends the connection to one other; by its session, if it has one. In a star, if one is a hub: others would not meet again. */
  | { readonly kind: "disconnect"; readonly peer: number; readonly other: number }
  /** The game tries again with everybody whom it is not connected to. */
  | { readonly kind: "retry"; readonly peer: number }
  /** Somebody asks for the connection to one other to be mended: a session would, that hears nothing. */
  | { readonly kind: "repair"; readonly peer: number; readonly other: number; readonly step: RepairStep }
  /** Its device is on another network from now on; `isTold`: its browser says so. */
  | { readonly kind: "network"; readonly peer: number; readonly isTold: boolean }
  /** Nothing passes between the groups; `oneWay`: from those that come first to those that come later. */
  | { readonly kind: "partition"; readonly groups: readonly (readonly number[])[]; readonly oneWay?: boolean }
  /** Links are other from now on. Who is named is a member, or was one. */
  | { readonly kind: "link"; readonly conditions: LinkChange; readonly which?: LinkChoiceData }
  /** Two that can never find a path to each other, or can again. */
  | { readonly kind: "reach"; readonly one: number; readonly other: number; readonly isReachable: boolean }
  /** Whether there is a signalling server. */
  | { readonly kind: "server"; readonly isUp: boolean }
  /** Whether one member has its line to it. */
  | { readonly kind: "line"; readonly peer: number; readonly isUp: boolean }
  /** How every line to it is. */
  | { readonly kind: "lines"; readonly conditions: LinkChange }
  /** Everything is well again: see `World.heal`. */
  | { readonly kind: "heal" };
