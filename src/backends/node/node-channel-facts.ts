import type { DataChannel } from "node-datachannel";
import type { ChannelFacts, ChannelOptions } from "../../seam/connection-backend.ts";

/** What is known of a channel: as it was asked for, and as it stands below. */
export class NodeChannelFacts implements ChannelFacts {
  readonly label: string;
  readonly protocol: string;
  readonly ordered: boolean;
  readonly negotiated: boolean;
  readonly maxPacketLifeTime: number | null;
  readonly maxRetransmits: number | null;
  #native: DataChannel | null = null;
  #id: number | null;
  #threshold = 0;

  constructor(label: string, options: ChannelOptions) {
    this.label = label;
    this.protocol = options.protocol;
    this.ordered = options.ordered;
    this.negotiated = options.negotiated;
    this.maxPacketLifeTime = options.maxPacketLifeTime;
    this.maxRetransmits = options.maxRetransmits;
    this.#id = options.id;
  }

  get id(): number | null {
    return this.#id;
  }

  get bufferedAmount(): number {
    return this.#native?.bufferedAmount() ?? 0;
  }

  get bufferedAmountLowThreshold(): number {
    return this.#threshold;
  }

  set bufferedAmountLowThreshold(bytes: number) {
    this.#threshold = bytes;
    if (this.#native?.isOpen()) this.#native.setBufferedAmountLowThreshold(bytes);
  }

  attach(native: DataChannel): void {
    this.#native = native;
    native.setBufferedAmountLowThreshold(this.#threshold);
  }

  /** SCTP has given it a stream, unless it had one. */
  noteOpen(): void {
    const native = this.#native;
    if (native === null || !native.isOpen()) return;
    const id = native.getId();
    if (id >= 0) this.#id = id;
    native.setBufferedAmountLowThreshold(this.#threshold);
  }

  noteClosed(): void {
    this.#native = null;
  }
}
