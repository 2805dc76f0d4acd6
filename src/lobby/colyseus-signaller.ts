import { diagnose } from "../base/diagnostics.ts";
import type { IceServer } from "../seam/connection-backend.ts";
import { checkSignal } from "../signalling/check-signal.ts";
import { Inbox } from "../signalling/inbox.ts";
import type { Signal, Signaller, SignallerEvent } from "../signalling/signaller.ts";
import { LobbyLimits } from "./protocol.ts";

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
  wake: (() => void) | null = null;
  readonly #inbox = new Inbox();
  readonly #introduced = new Set<number>();
  #iceServers: readonly IceServer[];
  #carrier: SignalCarrier | null;

  constructor(localId: number, iceServers: readonly IceServer[], carrier: SignalCarrier) {
    this.localId = localId;
    this.#iceServers = iceServers;
    this.#carrier = carrier;
  }

  get iceServers(): readonly IceServer[] {
    return this.#iceServers;
  }

  send(to: number, signal: Signal): void {
    if (this.#inbox.isDown || !this.#introduced.has(to)) return;
    for (const part of inParts(signal)) {
      const checked = checkSignal(part);
      if (checked === null) diagnose(`a signal to peer ${to} is malformed or too long for the lobby server: dropped`);
      else this.#carrier?.carry(to, checked);
    }
  }

  receive(): SignallerEvent | undefined {
    return this.#inbox.shift();
  }

  close(): void {
    const carrier = this.#carrier;
    this.#carrier = null;
    this.#inbox.clear();
    this.#introduced.clear();
    this.wake = null;
    carrier?.farewell();
  }

  introduce(peerId: number): void {
    if (this.#inbox.isDown || peerId === this.localId || this.#introduced.has(peerId)) return;
    this.#introduced.add(peerId);
    this.#push({ kind: "introduced", peerId });
  }

  miss(peerId: number, reason: "left" | "kicked" | "lost"): void {
    if (this.#introduced.delete(peerId)) this.#push({ kind: "left", peerId, reason });
  }

  hear(from: number, signal: Signal): void {
    if (this.#introduced.has(from)) this.#push({ kind: "signal", from, signal });
  }

  goDown(reason: string): void {
    this.#introduced.clear();
    if (this.#carrier !== null && this.#inbox.goDown(reason)) this.wake?.();
  }

  /** Back, on another socket. False while too much is unread: try again later. */
  comeUp(iceServers: readonly IceServer[]): boolean {
    if (this.#carrier === null || !this.#inbox.comeUp()) return false;
    this.#iceServers = iceServers;
    this.wake?.();
    return true;
  }

  /** The host removed this player: the last thing that is told. */
  kicked(): void {
    if (this.#carrier === null) return;
    this.#carrier = null;
    this.#inbox.pushLast({ kind: "left", peerId: this.localId, reason: "kicked" });
    this.wake?.();
  }

  #push(event: SignallerEvent): void {
    if (this.#carrier === null) return;
    if (this.#inbox.push(event)) this.wake?.();
    else if (!this.#inbox.isDown) this.#carrier.overflow();
  }
}

/** A signal with more candidates than one may carry travels as several. */
function inParts(signal: Signal): Signal[] {
  const most = LobbyLimits.signal.candidatesPerSignal;
  if (signal.kind === "retry" || signal.candidates.length <= most) return [signal];
  const parts: Signal[] = [{ ...signal, candidates: signal.candidates.slice(0, most) }];
  for (let start = most; start < signal.candidates.length; start += most) {
    const candidates = signal.candidates.slice(start, start + most);
    parts.push({ kind: "candidates", attempt: signal.attempt, candidates });
  }
  return parts;
}
