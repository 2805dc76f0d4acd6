import type { ChannelFacts, ChannelOptions } from "../../seam/connection-backend.ts";

/** What is known of a channel that has two ways. */
export class PathChannelFacts implements ChannelFacts {
  readonly label: string;
  readonly protocol: string;
  readonly negotiated: boolean;
  readonly ordered: boolean;
  readonly maxPacketLifeTime: number | null;
  readonly maxRetransmits: number | null;
  /** What is not negotiated gets it from the first way that carries. */
  id: number | null;
  readonly #waiting: () => number;
  readonly #setThreshold: (bytes: number) => void;
  #threshold = 0;

  constructor(label: string, options: ChannelOptions, waiting: () => number, setThreshold: (bytes: number) => void) {
    this.label = label;
    this.protocol = options.protocol;
    this.negotiated = options.negotiated;
    this.ordered = options.ordered;
    this.maxPacketLifeTime = options.maxPacketLifeTime;
    this.maxRetransmits = options.maxRetransmits;
    this.id = options.id;
    this.#waiting = waiting;
    this.#setThreshold = setThreshold;
  }

  get bufferedAmount(): number {
    return this.#waiting();
  }

  get bufferedAmountLowThreshold(): number {
    return this.#threshold;
  }

  set bufferedAmountLowThreshold(bytes: number) {
    this.#threshold = bytes;
    this.#setThreshold(bytes);
  }
}
