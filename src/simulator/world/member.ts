import type { RandomSource } from "../../base/random.ts";
import type { WebRTCPeerConnection } from "../../connection/web-rtc-peer-connection.ts";
import type { WebRTCMultiplayerPeer } from "../../multiplayer/web-rtc-multiplayer-peer.ts";
import type { Definitions } from "../../session/messages/definition.ts";
import type { Session } from "../../session/session.ts";
import type { MeshConnector } from "../../signalling/mesh-connector.ts";
import type { Device } from "../network/device.ts";
import type { MemberGame } from "./member-game.ts";
import type { MemberSessionOptions } from "./member-session.ts";

/** What takes part: `present`. What did, and does no more: `left`, `crashed`. `kicked`: its page is there, its group is not. */
export type MemberState = "present" | "kicked" | "left" | "crashed";

/** A player of a world: a device, and on it a mesh peer, its connector, and a game. Made by `World.join`. */
export interface Member<Game extends MemberGame = MemberGame> {
  readonly id: number;
  readonly device: Device;
  readonly peer: WebRTCMultiplayerPeer;
  readonly connector: MeshConnector;
  /** What `createSession` made; `null` if it was not called. */
  readonly session: Session | null;
  /** What `game` made. Not there yet while it does. */
  readonly game: Game;
  readonly state: MemberState;
  /** How many members of this id there were before. */
  readonly incarnation: number;
  /** Whether the member is in a call that may emit: in `poll`, or in a call that its game has made. */
  readonly isCalled: boolean;
  /** A stream of chance of this member's own. */
  readonly random: (name: string) => RandomSource;
  /**
   * For the game, when it is made: a session on this member's mesh, by its clock and its chance. From then on the world polls the session
   * in place of the mesh, and flushes it after the game's `tick`; a member that leaves closes it. Throws what the library's
   * `createSession` throws, and a `TickmeshError` `wrong-state` if there is one already.
   */
  createSession<D extends Definitions>(options: MemberSessionOptions<D>): Session<D>;
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
