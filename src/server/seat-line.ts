import { KeptMessages } from "../base/kept-messages.ts";
import { LobbyLimits, type ServerMessages } from "../lobby/protocol.ts";

/** The signals to and from one page on one seat: they outlive its socket, so that none is lost with that. */
export class SeatLine {
  readonly #toPage = new KeptMessages<ServerMessages["signal"]>(LobbyLimits.keptSignals, LobbyLimits.keptSignalBytes);
  #received = 0;
  #acknowledged = 0;

  /** How many of the page's signals the server has read. */
  get received(): number {
    return this.#received;
  }

  /** How many of them the page has not been told to have been read. */
  get unacknowledged(): number {
    return this.#received - this.#acknowledged;
  }

  hear(): void {
    this.#received += 1;
  }

  /** The page is being told now how many were read. */
  acknowledge(): number {
    this.#acknowledged = this.#received;
    return this.#received;
  }

  keep(signal: ServerMessages["signal"]): void {
    this.#toPage.keep(signal, Buffer.byteLength(JSON.stringify(signal)));
  }

  /** The page has read so many. False if it cannot have. */
  acknowledged(count: number): boolean {
    return this.#toPage.acknowledge(count);
  }

  /** What the page is not known to have read, oldest first. */
  unread(): readonly ServerMessages["signal"][] {
    return this.#toPage.all();
  }
}
