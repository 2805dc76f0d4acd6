import { MAX_BUFFERED_BYTES, MAX_MESSAGE_SIZE } from "../../seam/bounds.ts";
import {
  type ChannelBackend,
  type ChannelFacts,
  type ChannelObserver,
  type ChannelOptions,
  SendError,
} from "../../seam/connection-backend.ts";
import type { MessageKind } from "./sctp/association-host.ts";

/** What a channel needs of its connection. */
export interface ChannelHost {
  send(channel: VirtualChannel, kind: MessageKind, payload: Uint8Array<ArrayBuffer> | string, bytes: number): void;
  close(channel: VirtualChannel): void;
}

/** How far a channel is: what its observer has been told is behind it by what the main thread has not run yet. */
type ChannelPhase = "connecting" | "open" | "closing" | "closed";

/** One data channel of a virtual connection. */
export class VirtualChannel implements ChannelBackend {
  readonly facts: ChannelFacts & { id: number | null; bufferedAmount: number };
  readonly options: ChannelOptions;
  observer: ChannelObserver | null = null;
  phase: ChannelPhase = "connecting";
  /** Closing is done when both ends have said that nothing more comes, and have heard it of each other. */
  isResetHere = false;
  isResetByFar = false;
  readonly #host: ChannelHost;
  /** Whether more has waited than the threshold allows, which is to be told once it does not any more. */
  #isHigh = false;

  constructor(label: string, options: ChannelOptions, host: ChannelHost) {
    const { ordered, negotiated, id, maxPacketLifeTime, maxRetransmits, protocol } = options;
    this.options = options;
    this.facts = {
      label,
      protocol,
      ordered,
      negotiated,
      id,
      maxPacketLifeTime,
      maxRetransmits,
      bufferedAmount: 0,
      bufferedAmountLowThreshold: 0,
    };
    this.#host = host;
  }

  send(data: Uint8Array | string): void {
    if (this.phase !== "open") throw new SendError("not-open", `the channel is ${this.phase}`);
    const bytes = typeof data === "string" ? byteLength(data) : data.byteLength;
    if (bytes > MAX_MESSAGE_SIZE) {
      throw new SendError("too-large", `${bytes} bytes, this pair carries at most ${MAX_MESSAGE_SIZE}`);
    }
    if (this.facts.bufferedAmount + bytes > MAX_BUFFERED_BYTES) {
      throw new SendError("buffer-full", `the send buffer is full: ${this.facts.bufferedAmount} bytes wait`);
    }
    this.facts.bufferedAmount += bytes;
    if (this.facts.bufferedAmount > this.facts.bufferedAmountLowThreshold) this.#isHigh = true;
    if (typeof data === "string") this.#host.send(this, "text", data, bytes);
    else this.#host.send(this, "binary", copied(data), bytes);
  }

  close(): void {
    if (this.phase === "closing" || this.phase === "closed") return;
    this.#host.close(this);
  }

  /** Notes what still waits. True if that is to be told as low. */
  drainTo(bytes: number): boolean {
    this.facts.bufferedAmount = bytes;
    if (!this.#isHigh || bytes > this.facts.bufferedAmountLowThreshold) return false;
    this.#isHigh = false;
    return true;
  }
}

/** Up to so many bytes a loop is quicker than `set`. */
const SHORT = 64;

function copied(data: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(data.byteLength);
  if (copy.length > SHORT) copy.set(data);
  else for (let i = 0; i < copy.length; i++) copy[i] = data[i] as number;
  return copy;
}

/** Length in UTF-8, without encoding it. */
function byteLength(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}
