import { ErrorCode } from "../../base/error-code.ts";
import { Ring } from "../../base/ring.ts";
import { ChannelState } from "../../connection/channel-state.ts";
import { MAX_FRAME_BYTES, MAX_ROUTED_BYTES, MAX_ROUTED_FRAMES } from "../limits.ts";
import type { LinkChannel } from "../link/carrier.ts";
import * as FrameKind from "../wire/frame-kind.ts";
import { ROUTE_HEADER_BYTES, writeRouteHeader } from "../wire/route-frame.ts";

/** One packet is built at a time, and taken by the channel before the next: all routes share it. */
const packet = new Uint8Array(ROUTE_HEADER_BYTES + MAX_FRAME_BYTES);

const NOTHING = new Uint8Array(0);

/** The one or the other channel of a route: a part of what the hub's own channel carries. */
export class RoutedChannel implements LinkChannel {
  bufferedAmountLowThreshold = 0;
  onBufferedAmountLow: (() => void) | null = null;
  readonly #peerId: number;
  /** The hub's; `null` once this is closed. */
  #channel: LinkChannel | null;
  readonly #yours: number;
  readonly #unread = new Ring<Uint8Array>();
  #unreadBytes = 0;
  /** Of what lies in the hub's channel, no more than this is ours. Unit: bytes. */
  #given = 0;

  constructor(peerId: number, channel: LinkChannel, yours: number) {
    this.#peerId = peerId;
    this.#channel = channel;
    this.#yours = yours;
  }

  getReadyState(): ChannelState {
    return this.#channel?.getReadyState() ?? ChannelState.CLOSED;
  }

  getBufferedAmount(): number {
    const buffered = this.#channel?.getBufferedAmount() ?? 0;
    this.#given = Math.min(this.#given, buffered);
    return this.#given;
  }

  getAvailablePacketCount(): number {
    return this.#unread.length;
  }

  putPacket(bytes: Uint8Array): ErrorCode {
    if (this.#channel === null) return ErrorCode.ERR_UNAVAILABLE;
    writeRouteHeader(packet, FrameKind.FORWARD, this.#yours, this.#peerId);
    packet.set(bytes, ROUTE_HEADER_BYTES);
    const length = ROUTE_HEADER_BYTES + bytes.length;
    this.#given = this.getBufferedAmount() + length;
    return this.#channel.putPacket(packet.subarray(0, length));
  }

  getPacket(): Uint8Array {
    const frame = this.#unread.shift() ?? NOTHING;
    this.#unreadBytes -= frame.length;
    return frame;
  }

  /** A frame has come. False if there are too many that nobody has read. */
  take(frame: Uint8Array): boolean {
    if (this.#unread.length >= MAX_ROUTED_FRAMES || this.#unreadBytes + frame.length > MAX_ROUTED_BYTES) return false;
    this.#unread.push(frame);
    this.#unreadBytes += frame.length;
    return true;
  }

  /** What has come can still be read. */
  close(): void {
    this.#channel = null;
  }
}
