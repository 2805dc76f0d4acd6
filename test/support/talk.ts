import type { WebRTCDataChannel } from "../../src/connection/web-rtc-data-channel.ts";

/** Sends numbers on a channel, and keeps those that come at its other end. */
export class Talk {
  readonly got: number[] = [];
  sent = 0;
  readonly #from: WebRTCDataChannel;
  readonly #to: () => WebRTCDataChannel | null;
  readonly #size: () => number;

  constructor(from: WebRTCDataChannel, to: () => WebRTCDataChannel | null, size: () => number = () => 8) {
    this.#from = from;
    this.#to = to;
    this.#size = size;
  }

  say(): void {
    if (this.#from.getReadyState() !== 1) return;
    const bytes = new Uint8Array(Math.max(4, this.#size()));
    new DataView(bytes.buffer).setUint32(0, this.sent);
    if (this.#from.putPacket(bytes) === 0) this.sent += 1;
  }

  hear(): void {
    const to = this.#to();
    while (to !== null && to.getAvailablePacketCount() > 0) {
      const bytes = to.getPacket();
      this.got.push(new DataView(bytes.buffer, bytes.byteOffset).getUint32(0));
    }
  }

  get isComplete(): boolean {
    return this.got.length === this.sent && this.got.every((number, i) => number === i);
  }

  /** Each at most once, and none before an earlier one. */
  get isInOrder(): boolean {
    return this.got.every((number, i) => i === 0 || number > (this.got[i - 1] as number));
  }
}
