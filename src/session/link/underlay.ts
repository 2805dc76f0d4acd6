import type { Clock } from "../../base/clock.ts";
import type { RepairStep } from "../../multiplayer/companion.ts";
import { DisconnectReason } from "../../multiplayer/disconnect-reason.ts";
import { ConnectionStatus, type MultiplayerPeer } from "../../multiplayer/multiplayer-peer.ts";
import { type PeerInfo, WebRTCMultiplayerPeer } from "../../multiplayer/web-rtc-multiplayer-peer.ts";
import { LeaveReason } from "../leave-reason.ts";
import { Acquaintances } from "./acquaintances.ts";

/** A peer that the session lets go of. */
export interface Released {
  readonly id: number;
  /** `null` if it had no connection. */
  readonly transport: object | null;
  readonly ending: LeaveReason | null;
  /** It let the time for the handshake run out. */
  readonly isOverdue: boolean;
}

/** The mesh below a session: who is let in from there, and what is asked of it. */
export class Underlay {
  readonly #peer: MultiplayerPeer;
  /** `null` for who plays alone. */
  readonly #mesh: WebRTCMultiplayerPeer | null;
  readonly #clock: Clock;
  readonly #dismissedForMs: number;
  /** Whom the game let go while they had no connection, and until when one that comes is not let in. */
  readonly #dismissed = new Map<number, number>();
  /** Whose last connection was given up because they let the time for the handshake run out. */
  readonly #overdue = new Acquaintances();

  constructor(peer: MultiplayerPeer, clock: Clock, dismissedForMs: number) {
    this.#peer = peer;
    this.#mesh = peer instanceof WebRTCMultiplayerPeer ? peer : null;
    this.#clock = clock;
    this.#dismissedForMs = dismissedForMs;
  }

  get isOver(): boolean {
    return this.#peer.getConnectionStatus() === ConnectionStatus.DISCONNECTED;
  }

  /** Ids of the peers that are connected. */
  get connected(): number[] {
    return [...(this.#mesh?.getPeers() ?? [])].flatMap(([id, { connected }]) => (connected ? [id] : []));
  }

  /** In a star, whom everybody is connected to; else `null`. */
  get hubs(): readonly number[] | null {
    return this.#mesh?.getHubs() ?? null;
  }

  /** Whether peers can be introduced now. */
  get canMeet(): boolean {
    return this.#mesh?.canMeet() ?? false;
  }

  /** A peer that has just connected; `null` if it is not to. */
  admit(id: number): PeerInfo | null {
    const untilMs = this.#dismissed.get(id) ?? Number.NEGATIVE_INFINITY;
    this.#dismissed.delete(id);
    if (this.#clock.nowMs() >= untilMs) return this.#mesh?.getPeer(id) ?? null;
    this.#mesh?.disconnectPeer(id);
    return null;
  }

  repair(id: number, step: RepairStep): void {
    this.#mesh?.repairPeer(id, step);
  }

  /** Closes a connection that is of no use any more: another one may follow. */
  abandon(id: number): void {
    this.#mesh?.disconnectPeer(id, false, DisconnectReason.CONNECTION_LOST);
  }

  /** A peer has come. */
  welcome(id: number): void {
    this.#overdue.forget(id);
    this.#dismissed.delete(id);
  }

  /**
   * The session is done with a peer: closes what stands, or is being made. Who was only silent may come back by itself, and anew;
   * who was so from the beginning, once: the second time in a row it has no session.
   */
  release({ id, transport, ending, isOverdue }: Released): void {
    if (this.isOver || this.#mesh === null) return;
    const isSilent = ending === LeaveReason.SILENT;
    const hasAnother = isOverdue && !this.#overdue.meet(id);
    if (!hasAnother) this.#overdue.forget(id);
    if (transport !== null && (isSilent || hasAnother)) this.abandon(id);
    else if (transport !== null || (!isSilent && this.#mesh.hasPeer(id))) this.#mesh.disconnectPeer(id);
    else if (!isSilent) this.#dismiss(id, this.#clock.nowMs());
  }

  #dismiss(id: number, nowMs: number): void {
    for (const [other, untilMs] of this.#dismissed) if (untilMs <= nowMs) this.#dismissed.delete(other);
    this.#dismissed.set(id, nowMs + this.#dismissedForMs);
  }
}
