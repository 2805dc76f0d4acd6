/**
 * Who watches a world: checkers, and tests of one's own. Given to `World.watch` before anybody joins.
 *
 * Observers are told of everything in the order in which it happens, and change nothing. What they find wrong they give to
 * `World.report`; the step in which they do so then throws, once it is done.
 */
import type { DisconnectReason } from "../../multiplayer/disconnect-reason.ts";
import type { TransferMode } from "../../multiplayer/multiplayer-peer.ts";
import type { LeaveReason } from "../../session/leave-reason.ts";
import type { ConnectionEnd, Member } from "./member.ts";
import type { SessionMessage } from "./member-session.ts";

/** A packet that a game has taken. */
export interface ReceivedPacket {
  readonly from: number;
  readonly mode: TransferMode;
  readonly channel: number;
  readonly bytes: Uint8Array;
  /** Tells contents apart: `digest(bytes)`. */
  readonly digest: number;
}

export interface WorldObserver {
  joined?(member: Member): void;
  /** It left or crashed: nothing is heard of it from then on. */
  gone?(member: Member): void;
  /** A channel took a message, below everything that tickmesh does above the seam. `channelId`: its SCTP stream. */
  sent?(end: ConnectionEnd, channelId: number, data: Uint8Array | string): void;
  /** A message came up to the seam. */
  arrived?(end: ConnectionEnd, channelId: number, data: ArrayBuffer | string): void;
  /** A game took a packet, or its session did. */
  received?(member: Member, packet: ReceivedPacket): void;
  connected?(member: Member, peerId: number): void;
  disconnected?(member: Member, peerId: number, reason: DisconnectReason): void;
  failed?(member: Member, peerId: number, reason: DisconnectReason): void;
  /** A member's session says that a peer has come, */
  peerJoined?(member: Member, peerId: number): void;
  /** that it has left, */
  peerLeft?(member: Member, peerId: number, reason: LeaveReason): void;
  /** or that it was refused. */
  peerRefused?(member: Member, peerId: number, words: string): void;
  /** A game sent a message by its session to one peer that was there; told once for each of them. */
  messageSent?(member: Member, message: SessionMessage): void;
  /** A session brought a message of a peer's to its game. */
  messageHeard?(member: Member, message: SessionMessage): void;
  /** A game made a call. `number`: of this member's calls, from 0 on. */
  callMade?(member: Member, number: number): void;
  /** A call got its answer, or will get none. */
  callSettled?(member: Member, number: number): void;
  /** The network is about to run up to the next tick. */
  stepping?(): void;
  /** The network has run, and this member is about to poll. It is not called while its device is stalled. */
  polling?(member: Member): void;
  /** Everybody has polled. */
  stepped?(): void;
}
