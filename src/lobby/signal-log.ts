import { KeptMessages } from "../base/kept-messages.ts";
import type { Signal } from "../signalling/signaller.ts";
import { LobbyLimits } from "./protocol.ts";

export interface SentSignal {
  readonly to: number;
  readonly signal: Signal;
}

/** The signals to and from the server on one seat: they outlive its sockets, so that none is lost with those. */
export class SignalLog {
  readonly #sent = new KeptMessages<SentSignal>(LobbyLimits.keptSignals, LobbyLimits.keptSignalBytes);
  readonly #acknowledge: (received: number) => void;
  #received = 0;
  #acknowledged = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `acknowledge` tells the server how many were received. */
  constructor(acknowledge: (received: number) => void) {
    this.#acknowledge = acknowledge;
  }

  get received(): number {
    return this.#received;
  }

  /** To be called before it is sent. */
  keep(signal: SentSignal): void {
    this.#sent.keep(signal, JSON.stringify(signal).length);
  }

  /** The server has read so many. */
  acknowledged(count: number): void {
    this.#sent.acknowledge(count);
  }

  /** One came, and was taken. */
  hear(): void {
    this.#received += 1;
    if (this.#received - this.#acknowledged >= LobbyLimits.signalsPerAck) this.#answer();
    else this.#timer ??= setTimeout(() => this.#answer(), LobbyLimits.ackAfterMs);
  }

  /**
   * There is a new socket. `resumed`: how many the server has read; `null`: it starts anew. Returns what is to be sent again, and confirms
   * the welcome.
   */
  resume(resumed: number | null): readonly SentSignal[] {
    if (resumed === null || !this.#sent.resume(resumed)) {
      this.#sent.restart();
      this.#received = 0;
    }
    this.#answer();
    return this.#sent.all();
  }

  /** There is no socket: nothing can be said. */
  pause(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #answer(): void {
    this.pause();
    this.#acknowledged = this.#received;
    this.#acknowledge(this.#received);
  }
}
