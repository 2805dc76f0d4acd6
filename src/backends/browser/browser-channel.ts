import { MAX_BUFFERED_BYTES, SAFE_MESSAGE_SIZE } from "../../seam/bounds.ts";
import { type ChannelBackend, type ChannelObserver, SendError } from "../../seam/connection-backend.ts";
import { steady } from "../../seam/steady.ts";

/** One `RTCDataChannel` below the seam. */
export class BrowserChannel implements ChannelBackend {
  readonly facts: RTCDataChannel;
  readonly #maxMessageSize: () => number;
  #toldOpen = false;
  observer: ChannelObserver | null = null;

  constructor(channel: RTCDataChannel, maxMessageSize: () => number) {
    this.facts = channel;
    this.#maxMessageSize = maxMessageSize;
    channel.binaryType = "arraybuffer";
    channel.onopen = () => this.tellOpen();
    channel.onmessage = (event: MessageEvent<ArrayBuffer | string>) => this.observer?.onMessage(event.data);
    channel.onclosing = () => this.observer?.onClosing();
    channel.onclose = () => this.observer?.onClosed();
    channel.onbufferedamountlow = () => this.observer?.onBufferedAmountLow();
  }

  /** Tells the observer that the channel is open, once. */
  tellOpen(): void {
    if (this.#toldOpen) return;
    this.#toldOpen = true;
    this.observer?.onOpen();
  }

  /**
   * What is wrong is found out here, and not left to the browser: Firefox takes what a closing channel will never carry, and has
   * no bounds that would help a game.
   */
  send(data: Uint8Array | string): void {
    const { readyState, bufferedAmount } = this.facts;
    if (readyState !== "open") throw new SendError("not-open", `the channel is ${readyState}`);
    const size = typeof data === "string" ? new TextEncoder().encode(data).length : data.byteLength;
    if (size > SAFE_MESSAGE_SIZE && size > this.#maxMessageSize()) {
      throw new SendError("too-large", `${size} bytes, this pair carries at most ${this.#maxMessageSize()}`);
    }
    if (bufferedAmount + size > MAX_BUFFERED_BYTES) throw full(bufferedAmount);
    try {
      // The two branches are two overloads of `send`; it copies the bytes of the view, and refuses what is not steady.
      if (typeof data === "string") this.facts.send(data);
      else this.facts.send(steady(data));
    } catch (cause) {
      throw full(bufferedAmount, { cause });
    }
  }

  close(): void {
    this.facts.close();
  }
}

function full(bufferedAmount: number, options?: ErrorOptions): SendError {
  return new SendError("buffer-full", `the send buffer is full: ${bufferedAmount} bytes wait`, options);
}
