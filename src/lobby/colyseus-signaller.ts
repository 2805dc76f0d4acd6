import { diagnose } from "../base/diagnostics.ts";
import type { IceServer } from "../seam/connection-backend.ts";
import { checkSignal } from "../signalling/check-signal.ts";
import { MemberInbox } from "../signalling/member-inbox.ts";
import type { Signal, Signaller, SignallerEvent } from "../signalling/signaller.ts";

/** What a signaller asks of the lobby that it belongs to. */
export interface SignalCarrier {
  carry(to: number, signal: Signal): void;
  /** More came than the signaller may keep: the lobby's socket must be given up, and sat down again later. */
  overflow(): void;
  farewell(): void;
}

/** The `Signaller` of a lobby: who is present, and signals through the lobby's server. It outlives single sockets. */
export class ColyseusSignaller implements Signaller {
  readonly localId: number;
  /** For the lobby's use. */
  readonly inbox: MemberInbox;
  #iceServers: readonly IceServer[];
  #carrier: SignalCarrier | null;

  constructor(localId: number, iceServers: readonly IceServer[], carrier: SignalCarrier) {
    this.localId = localId;
    this.#iceServers = iceServers;
    this.#carrier = carrier;
    this.inbox = new MemberInbox(localId, () => carrier.overflow());
  }

  get iceServers(): readonly IceServer[] {
    return this.#iceServers;
  }

  get wake(): (() => void) | null {
    return this.inbox.wake;
  }

  set wake(wake: (() => void) | null) {
    this.inbox.wake = wake;
  }

  send(to: number, signal: Signal): void {
    if (this.inbox.isDown || !this.inbox.knows(to)) return;
    const checked = checkSignal(signal);
    if (checked === null) diagnose(`a signal to peer ${to} is malformed or too long for the lobby server: dropped`);
    else this.#carrier?.carry(to, checked);
  }

  receive(): SignallerEvent | undefined {
    return this.inbox.shift();
  }

  close(): void {
    const carrier = this.#carrier;
    this.#carrier = null;
    this.inbox.close();
    carrier?.farewell();
  }

  /** Back, on another socket. False while too much is unread: try again later. */
  comeUp(iceServers: readonly IceServer[]): boolean {
    if (!this.inbox.comeUp()) return false;
    this.#iceServers = iceServers;
    return true;
  }

  /** The credentials of the servers before end soon: connections that begin from now on use these. */
  renew(iceServers: readonly IceServer[]): void {
    this.#iceServers = iceServers;
  }

  /** The host removed this player: the last thing that is told. */
  kicked(): void {
    this.#carrier = null;
    this.inbox.removed();
  }
}
