import { KeptMessages } from "../base/kept-messages.ts";
import { LobbyLimits } from "../lobby/protocol.ts";

/** So many frames are kept as they were made: a page that reads has acknowledged them soon. */
const KEPT_AS_MADE = 2 * LobbyLimits.signalsPerAck;

/** The signals to and from one page on one seat: they outlive its socket, so that none is lost with that. */
export class SeatLine {
  readonly #toPage = new KeptMessages<Buffer>(LobbyLimits.keptSignals, LobbyLimits.keptSignalBytes);
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

  /** A signal to the page, as it is sent. */
  keep(frame: Buffer): void {
    this.#toPage.keep(this.#toPage.length < KEPT_AS_MADE ? frame : withOwnMemory(frame), frame.length);
  }

  /** The page has read so many. False if it cannot have. */
  acknowledged(count: number): boolean {
    return this.#toPage.acknowledge(count);
  }

  /** The page has another socket, by which it is told what is unread. It has read so many; false if it cannot have. */
  resume(count: number): boolean {
    return this.#toPage.resume(count);
  }

  /** What the page is not known to have read, oldest first. */
  unread(): readonly Buffer[] {
    return this.#toPage.all();
  }
}

/** A small frame is a part of 8 kB that Node shares out, and keeps all of them: what may stay for long must not. */
function withOwnMemory(frame: Buffer): Buffer {
  const own = Buffer.allocUnsafeSlow(frame.length);
  own.set(frame);
  return own;
}
