import {
  FULL_PACKET_BYTES,
  FULL_PACKETS_WINDOW_BYTES,
  INITIAL_WINDOW_BYTES,
  MIN_WINDOW_BYTES,
  MTU_BYTES,
  RECEIVE_WINDOW_BYTES,
} from "./limits.ts";

/** How much may be on the path at once: RFC 9260, 7.2, for one path. */
export class Congestion {
  windowBytes = INITIAL_WINDOW_BYTES;
  /** What the far end can take beside what is in flight already. */
  peerRoomBytes = RECEIVE_WINDOW_BYTES;
  #thresholdBytes = RECEIVE_WINDOW_BYTES;
  #partialBytes = 0;
  /** In fast recovery until everything up to this is acknowledged; below 0: not in it. */
  #recoveryEndTsn = -1;

  get isRecovering(): boolean {
    return this.#recoveryEndTsn >= 0;
  }

  /** Bytes of chunks that may leave now. With nothing in flight the receiver's window does not count, as a probe of it. */
  available(inFlightBytes: number): number {
    const free = Math.max(0, this.windowBytes - inFlightBytes);
    return inFlightBytes === 0 ? free : Math.min(free, this.peerRoomBytes);
  }

  maySend(inFlightBytes: number): boolean {
    return this.windowBytes < FULL_PACKETS_WINDOW_BYTES || this.available(inFlightBytes) >= FULL_PACKET_BYTES;
  }

  onSent(bytes: number): void {
    this.peerRoomBytes = Math.max(0, this.peerRoomBytes - bytes);
  }

  onPeerWindow(windowBytes: number, inFlightBytes: number): void {
    this.peerRoomBytes = Math.max(0, windowBytes - inFlightBytes);
  }

  endRecovery(ackTsn: number): void {
    if (ackTsn >= this.#recoveryEndTsn) this.#recoveryEndTsn = -1;
  }

  /** More was acknowledged in a row. The window grows only if it was nearly full. */
  onProgress(inFlightBytesBefore: number, acknowledgedBytes: number): void {
    const wasFull = inFlightBytesBefore + MTU_BYTES >= this.windowBytes;
    if (this.windowBytes <= this.#thresholdBytes) {
      if (wasFull && !this.isRecovering) this.windowBytes += Math.min(acknowledgedBytes, MTU_BYTES);
      return;
    }
    this.#partialBytes += acknowledgedBytes;
    if (!wasFull || this.#partialBytes < this.windowBytes) return;
    this.#partialBytes -= this.windowBytes;
    this.windowBytes += MTU_BYTES;
  }

  /** Acknowledgements show a loss: halves the window, once for all that is outstanding now. */
  onLoss(highestOutstandingTsn: number): void {
    if (this.isRecovering) return;
    this.#thresholdBytes = Math.max(this.windowBytes >> 1, MIN_WINDOW_BYTES);
    this.windowBytes = this.#thresholdBytes;
    this.#partialBytes = 0;
    this.#recoveryEndTsn = highestOutstandingTsn;
  }

  /** Nothing was heard for the whole timeout. */
  onTimeout(): void {
    this.#thresholdBytes = Math.max(this.windowBytes >> 1, MIN_WINDOW_BYTES);
    this.windowBytes = MTU_BYTES;
    this.#partialBytes = 0;
  }
}
