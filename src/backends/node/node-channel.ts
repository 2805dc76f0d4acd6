import { Buffer } from "node:buffer";
import { setImmediate } from "node:timers";
import type { DataChannel } from "node-datachannel";
import { reasonOf } from "../../base/diagnostics.ts";
import { MAX_BUFFERED_BYTES, SAFE_MESSAGE_SIZE } from "../../seam/bounds.ts";
import {
  type ChannelBackend,
  type ChannelObserver,
  type ChannelOptions,
  SendError,
} from "../../seam/connection-backend.ts";
import { steady } from "../../seam/steady.ts";
import { NodeChannelFacts } from "./node-channel-facts.ts";
import { whenSettled } from "./settled.ts";

/** Messages in one turn of the event loop from which on there may be more than one turn takes. */
const MANY_IN_A_TURN = 500;
const LOOK_EVERY = 20;

/** What a channel needs of the connection that it belongs to. */
export interface NodeChannelOwner {
  readonly maxMessageSize: number;
  /** Payload bytes that channels of this connection have taken for sending. */
  sentBytes: number;
  /** It is over: nothing more is told of it. */
  channelEnded(channel: NodeChannel): void;
}

/**
 * One channel of libdatachannel below the seam.
 *
 * The binding hands messages over by one queue and the closing by another, and with the closing it frees the channel and drops the
 * messages that still wait. The queues are emptied in the order in which their callbacks were set, so messages go first; but never more
 * than 1,000 of them in one turn of the event loop. When there are many in a turn, a look tells whether the closing is behind them. It
 * is taken back then, and told when they are through; what the binding holds for it goes with the next garbage collection.
 */
export class NodeChannel implements ChannelBackend {
  readonly facts: NodeChannelFacts;
  observer: ChannelObserver | null = null;
  readonly #owner: NodeChannelOwner;
  #native: DataChannel | null = null;
  #state: "connecting" | "open" | "closing" | "closed" = "connecting";
  #closedHere = false;
  #arrived = 0;
  #arrivedThisTurn = 0;
  #closingIsBehind = false;
  /** Something waits in libdatachannel: how much is worth a look. */
  #isBackedUp = false;

  constructor(label: string, options: ChannelOptions, owner: NodeChannelOwner) {
    this.facts = new NodeChannelFacts(label, options);
    this.#owner = owner;
  }

  get isAttached(): boolean {
    return this.#native !== null;
  }

  /** The stream on which what was sent here may still be on its way; `null` if there is none, or nobody there who wants it. */
  get unconfirmedStream(): number | null {
    return this.#state === "open" || this.#closedHere ? this.facts.id : null;
  }

  /** Takes the channel that was made below. */
  attach(native: DataChannel): void {
    this.#native = native;
    this.facts.attach(native);
    native.onOpen(() => this.tellOpen());
    native.onBufferedAmountLow(() => {
      if (this.#state === "open") this.observer?.onBufferedAmountLow();
    });
    native.onMessage((data) => {
      this.#noteArrival();
      // A message may overtake the opening: they come by two queues.
      this.tellOpen();
      this.observer?.onMessage(typeof data === "string" ? data : owned(data));
    });
    native.onClosed(() => this.#end());
  }

  tellOpen(): void {
    if (this.#state !== "connecting") return;
    this.#state = "open";
    this.facts.noteOpen();
    this.observer?.onOpen();
  }

  send(data: Uint8Array | string): void {
    const native = this.#native;
    if (this.#state !== "open" || native === null) throw new SendError("not-open", `the channel is ${this.#state}`);
    const size = typeof data === "string" ? Buffer.byteLength(data) : data.byteLength;
    if (size > SAFE_MESSAGE_SIZE && size > this.#owner.maxMessageSize) {
      throw new SendError("too-large", `${size} bytes, this pair carries at most ${this.#owner.maxMessageSize}`);
    }
    if (this.#isBackedUp && native.bufferedAmount() + size > MAX_BUFFERED_BYTES) {
      throw new SendError("buffer-full", `the send buffer is full: ${native.bufferedAmount()} bytes wait`);
    }
    try {
      const isGone = typeof data === "string" ? native.sendMessage(data) : native.sendMessageBinary(steady(data));
      this.#isBackedUp = !isGone;
    } catch (cause) {
      throw gone(cause);
    }
    this.#owner.sentBytes += size;
  }

  close(): void {
    if (this.#state === "closing" || this.#state === "closed") return;
    this.#closedHere = this.#state === "open";
    this.#state = "closing";
    if (this.#native === null) queueMicrotask(() => this.#end());
    else this.#native.close();
  }

  /** It has closed below: tells so, once all that had arrived has been told. */
  wane(): void {
    if (this.#state === "closing" || this.#state === "closed") return;
    this.#state = "closing";
    this.observer?.onClosing();
    whenSettled(
      () => this.#arrived,
      () => {
        this.release();
        this.#end();
      },
    );
  }

  /** Closes it below, if it is open there. Nothing is told of that. */
  release(): void {
    this.#native?.close();
    this.#letGo();
  }

  /** The binding may hold this for good, if the closing below came before it could be told: this must not lead back to there. */
  #letGo(): void {
    this.#native = null;
    this.facts.noteClosed();
  }

  #noteArrival(): void {
    this.#arrived += 1;
    if (this.#arrivedThisTurn === 0) setImmediate(() => this.#endTurn());
    this.#arrivedThisTurn += 1;
    if (this.#arrivedThisTurn < MANY_IN_A_TURN || this.#arrivedThisTurn % LOOK_EVERY !== 0) return;
    if (this.#closingIsBehind) {
      // By now the closing has certainly been queued.
      this.#native?.onClosed(() => {});
      this.wane();
    }
    this.#closingIsBehind = this.#state === "open" && this.#native?.isOpen() === false;
  }

  #endTurn(): void {
    this.#arrivedThisTurn = 0;
    this.#closingIsBehind = false;
  }

  #end(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#letGo();
    this.observer?.onClosed();
    this.#owner.channelEnded(this);
  }
}

function gone(cause: unknown): SendError {
  return new SendError("not-open", reasonOf(cause), { cause });
}

/** The bytes as a buffer that nobody else holds. */
function owned(data: Buffer | ArrayBuffer): ArrayBuffer {
  if (data instanceof ArrayBuffer) return data;
  const { buffer, byteOffset, byteLength } = data;
  const isWhole = buffer instanceof ArrayBuffer && byteOffset === 0 && byteLength === buffer.byteLength;
  return isWhole ? buffer : new Uint8Array(data).buffer;
}
