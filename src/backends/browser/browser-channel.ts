import { type ChannelBackend, type ChannelObserver, SendError } from "../../seam/connection-backend.ts";

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

  send(data: Uint8Array | string): void {
    try {
      // The two branches are two overloads of `send`; it copies the bytes of the view.
      if (typeof data === "string") this.facts.send(data);
      else this.facts.send(steady(data));
    } catch (error) {
      throw this.#explained(error, data);
    }
  }

  close(): void {
    this.facts.close();
  }

  /** Browsers throw three kinds of exception here, and not the same ones: what is wrong is read off the channel instead. */
  #explained(cause: unknown, data: Uint8Array | string): SendError {
    const { readyState, bufferedAmount } = this.facts;
    if (readyState !== "open") return new SendError("not-open", `the channel is ${readyState}`, { cause });
    const size = typeof data === "string" ? new TextEncoder().encode(data).length : data.byteLength;
    const limit = this.#maxMessageSize();
    return size > limit
      ? new SendError("too-large", `${size} bytes, this pair carries at most ${limit}`, { cause })
      : new SendError("buffer-full", `the send buffer is full: ${bufferedAmount} bytes wait`, { cause });
  }
}

/** Browsers refuse to send from memory that others may change or resize, as WebAssembly's: from there it is copied. */
function steady(data: Uint8Array): Uint8Array<ArrayBuffer> {
  const buffer: ArrayBufferLike & { readonly resizable?: boolean } = data.buffer;
  return buffer instanceof ArrayBuffer && buffer.resizable !== true ? (data as Uint8Array<ArrayBuffer>) : data.slice();
}
