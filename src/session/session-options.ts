import type { Clock } from "../base/clock.ts";
import type { RandomSource } from "../base/random.ts";
import type { OfflineMultiplayerPeer } from "../multiplayer/offline-multiplayer-peer.ts";
import type { WebRTCMultiplayerPeer } from "../multiplayer/web-rtc-multiplayer-peer.ts";
import type { SessionLimits } from "./limits.ts";
import type { HelloCheck } from "./link/handshake.ts";
import type { Definitions } from "./messages/definition.ts";
import type { MessageTable } from "./messages/message-table.ts";

export interface SessionOptions<D extends Definitions> {
  /** The mesh that carries it; from now on the session polls it, takes over its `wake`, and reads its three channels. */
  readonly peer: WebRTCMultiplayerPeer | OfflineMultiplayerPeer;
  /** Peers of another game, or another version of it, are refused. 1 to 64 characters each. */
  readonly game: string;
  readonly version: string;
  readonly messages: MessageTable<D>;
  /**
   * Who is host now; 0 for nobody. Asked in every poll and for every message that is the host's alone. Default: peer 1, if it is there, as
   * in Godot.
   */
  readonly hostOf?: () => number;
  /** Who may send a message whose sender is `"owner"`. Default: nobody. */
  readonly ownerOf?: (message: OwnedMessage<D>) => number;
  /** What the others' check sees of this peer: a token, a name. Plain values, at most 4,096 bytes of msgpack. */
  readonly hello?: unknown;
  /** Looks at the `hello` of a peer that wants in: `null`, or in words why it may not; at once or as a promise. */
  readonly check?: HelloCheck;
  readonly limits?: Partial<SessionLimits>;
  /** Says goodbye when the page is left, so that the others know at once. Default true. */
  readonly goodbyeOnPageHide?: boolean;
  /** Default: the system's. */
  readonly clock?: Clock;
  readonly random?: RandomSource;
}

/** A message of which somebody may be the owner. */
export type OwnedMessage<D extends Definitions> = {
  [Name in keyof D & string]: {
    readonly name: Name;
    readonly payload: D[Name] extends { readonly payload: { read(from: never): infer T } } ? T : unknown;
  };
}[keyof D & string];

/** Whom a message is for. Without either: all peers. */
export interface SendOptions {
  /** One peer, or several. */
  readonly to?: number | readonly number[];
  /** All but this one. */
  readonly except?: number;
}

export interface CallOptions {
  /** Unit: ms. Default: the definition's, or 5,000. */
  readonly timeoutMs?: number;
  /** Gives the call up when it is aborted: the answer's promise is rejected in the next poll, and the other side is told. */
  readonly signal?: AbortSignal;
}
