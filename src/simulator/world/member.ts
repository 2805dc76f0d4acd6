import type { RandomSource } from "../../base/random.ts";
import type { WebRTCPeerConnection } from "../../connection/web-rtc-peer-connection.ts";
import type { WebRTCMultiplayerPeer } from "../../multiplayer/web-rtc-multiplayer-peer.ts";
import type { MeshConnector } from "../../signalling/mesh-connector.ts";
import type { Device } from "../network/device.ts";
import type { MemberGame } from "./member-game.ts";

/** What takes part: `present`. What did, and does no more: `left`, `crashed`. `kicked`: its page is there, its group is not. */
export type MemberState = "present" | "kicked" | "left" | "crashed";

/** A player of a world: a device, and on it a mesh peer, its connector, and a game. Made by `World.join`. */
export interface Member<Game extends MemberGame = MemberGame> {
  readonly id: number;
  readonly device: Device;
  readonly peer: WebRTCMultiplayerPeer;
  readonly connector: MeshConnector;
  /** What `game` made. Not there yet while it does. */
  readonly game: Game;
  readonly state: MemberState;
  /** How many members of this id there were before. */
  readonly incarnation: number;
  /** Whether the member is in a call that may emit: in `poll`, or in a call that its game has made. */
  readonly isCalled: boolean;
  /** A stream of chance of this member's own. */
  readonly random: (name: string) => RandomSource;
  /** The end that a connection of this member stands on; `undefined` if nobody watches the world. */
  endOf(connection: WebRTCPeerConnection): ConnectionEnd | undefined;
}

/** One end of one connection, from its making on. */
export interface ConnectionEnd {
  readonly member: Member;
  /** By which the network knows it; every connection of a run has another. */
  readonly number: number;
  /** The other end's number; 0 while it is not known. */
  readonly farNumber: number;
}
