import { type ChannelBackend, type ChannelObserver, SendError } from "../../seam/connection-backend.ts";

/** One `RTCDataChannel` below the seam. */
export class BrowserChannel implements ChannelBackend {
  readonly #channel: RTCDataChannel;
  readonly #maxMessageSize: () => number;
  observer: ChannelObserver | null = null;

  constructor(channel: RTCDataChannel, maxMessageSize: () => number) {
    this.#channel = channel;
    this.#maxMessageSize = maxMessageSize;
    channel.binaryType = "arraybuffer";
    channel.onopen = () => this.observer?.onOpen();
    channel.onmessage = (event: MessageEvent<ArrayBuffer | string>) => this.observer?.onMessage(event.data);
    channel.onclosing = () => this.observer?.onClosing();
    channel.onclose = () => this.observer?.onClosed();
    channel.onbufferedamountlow = () => this.observer?.onBufferedAmountLow();
  }

  get label(): string {
    return this.#channel.label;
  }

  get protocol(): string {
    return this.#channel.protocol;
  }

  get ordered(): boolean {
    return this.#channel.ordered;
  }

  get negotiated(): boolean {
    return this.#channel.negotiated;
  }

  get id(): number | null {
    return this.#channel.id;
  }

  get maxPacketLifeTime(): number | null {
    return this.#channel.maxPacketLifeTime;
  }

  get maxRetransmits(): number | null {
    return this.#channel.maxRetransmits;
  }

  get bufferedAmount(): number {
    return this.#channel.bufferedAmount;
  }

  get bufferedAmountLowThreshold(): number {
    return this.#channel.bufferedAmountLowThreshold;
  }

  set bufferedAmountLowThreshold(bytes: number) {
    this.#channel.bufferedAmountLowThreshold = bytes;
  }

  send(data: Uint8Array | string): void {
    try {
      // The two branches are two overloads of `send`; it copies the bytes of the view.
      if (typeof data === "string") this.#channel.send(data);
      else this.#channel.send(data as Uint8Array<ArrayBuffer>);
    } catch (error) {
      throw this.#explained(error, data);
    }
  }

  close(): void {
    this.#channel.close();
  }

  /** Browsers throw three kinds of exception here, and not the same ones: what is wrong is read off the channel instead. */
  #explained(cause: unknown, data: Uint8Array | string): SendError {
    if (this.#channel.readyState !== "open") {
      return new SendError("not-open", `the browser's channel is ${this.#channel.readyState}`, { cause });
    }
    const size = typeof data === "string" ? new TextEncoder().encode(data).length : data.byteLength;
    const limit = this.#maxMessageSize();
    if (size > limit) return new SendError("too-large", `${size} bytes, this pair carries at most ${limit}`, { cause });
    return new SendError("buffer-full", `the send buffer is full (${this.bufferedAmount} bytes wait)`, { cause });
  }
}
