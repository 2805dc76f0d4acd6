import { ACK_DELAY_US, MAX_CHUNKS_AHEAD, MAX_SACK_ENTRIES } from "./limits.ts";
import type { Packet } from "./packet.ts";

/** When arrived data is acknowledged. */
const Ack = { NONE: 0, AT_END_OF_PACKET: 1, DELAYED: 2, NOW: 3 } as const;
type Ack = (typeof Ack)[keyof typeof Ack];

/**
 * Which chunks have arrived, and when to say so: at once for the first of all, after a gap, for a duplicate and for every second
 * packet; otherwise with data that goes the other way, or late.
 */
export class ReceiveTracker {
  /** Everything up to this has arrived, or was given up by its sender. */
  ackTsn = 0;
  /** When a delayed acknowledgement is due; `Infinity`: none is. Unit: µs. */
  dueUs = Number.POSITIVE_INFINITY;
  #ack: Ack = Ack.NONE;
  #hasSeenData = false;
  /** First and last TSN of each run beyond, ascending. */
  readonly #runs: number[] = [];
  #duplicates = 0;

  /** Whether a chunk is too far ahead to be taken. */
  isBeyond(tsn: number): boolean {
    return tsn - this.ackTsn > MAX_CHUNKS_AHEAD;
  }

  /** A chunk has arrived; true if it is new. */
  observe(tsn: number, asksForAck: boolean): boolean {
    let isNew = true;
    if (tsn <= this.ackTsn) {
      isNew = false;
      this.acknowledgeNow();
    } else if (tsn === this.ackTsn + 1) {
      this.ackTsn = tsn;
      if (this.#runs.length > 0) this.#joinFirstRun();
    } else {
      isNew = this.#addToRuns(tsn);
    }
    if (!isNew && this.#duplicates < MAX_SACK_ENTRIES) this.#duplicates += 1;
    if (this.#runs.length > 0 || asksForAck || !this.#hasSeenData) this.acknowledgeNow();
    this.#hasSeenData = true;
    this.#countForAck();
    return isNew;
  }

  /** The sender has given up all up to `tsn`; false if that is no news. */
  skipTo(tsn: number): boolean {
    if (tsn <= this.ackTsn) {
      this.acknowledgeNow();
      return false;
    }
    const runs = this.#runs;
    let passed = 0;
    while (passed < runs.length && (runs[passed + 1] as number) <= tsn) passed += 2;
    runs.splice(0, passed);
    this.ackTsn = tsn;
    const [first] = runs;
    if (first !== undefined && first <= tsn + 1) this.#joinFirstRun();
    this.#countForAck();
    return true;
  }

  acknowledgeNow(): void {
    this.#setAck(Ack.NOW);
  }

  /** A packet has been read to its end: what did not call for an acknowledgement at once now waits for one. */
  endPacket(nowUs: number): void {
    if (this.#ack !== Ack.AT_END_OF_PACKET) return;
    this.#ack = Ack.DELAYED;
    this.dueUs = nowUs + ACK_DELAY_US;
  }

  get owesAckNow(): boolean {
    return this.#ack === Ack.NOW;
  }

  /** Whether anything that arrived is not acknowledged yet. */
  get owesAck(): boolean {
    return this.#ack !== Ack.NONE;
  }

  addAck(packet: Packet, windowBytes: number): void {
    const { length } = this.#runs;
    const gaps = length === 0 ? null : this.#runs.slice(0, 2 * MAX_SACK_ENTRIES);
    packet.addAck(this.ackTsn, windowBytes, gaps, this.#duplicates);
    this.#duplicates = 0;
    this.#setAck(Ack.NONE);
  }

  #countForAck(): void {
    if (this.#ack === Ack.NONE) this.#ack = Ack.AT_END_OF_PACKET;
    else if (this.#ack === Ack.DELAYED) this.acknowledgeNow();
  }

  #setAck(ack: Ack): void {
    this.#ack = ack;
    this.dueUs = Number.POSITIVE_INFINITY;
  }

  #joinFirstRun(): void {
    const [first, last] = this.#runs;
    if (first === undefined || last === undefined || first > this.ackTsn + 1) return;
    this.ackTsn = Math.max(this.ackTsn, last);
    this.#runs.splice(0, 2);
  }

  /** False if it was there. Nearly always the run is the last: searched from there. */
  #addToRuns(tsn: number): boolean {
    const runs = this.#runs;
    let at = runs.length;
    while (at > 0 && (runs[at - 2] as number) > tsn) at -= 2;
    // The run before `at` begins at or before `tsn`; the one at `at` begins after it.
    if (at > 0 && (runs[at - 1] as number) >= tsn) return false;
    const extendsBefore = at > 0 && runs[at - 1] === tsn - 1;
    const extendsAfter = at < runs.length && runs[at] === tsn + 1;
    if (extendsBefore && extendsAfter) runs.splice(at - 1, 2);
    else if (extendsBefore) runs[at - 1] = tsn;
    else if (extendsAfter) runs[at] = tsn;
    else runs.splice(at, 0, tsn, tsn);
    return true;
  }
}
