import { ErrorCode } from "../../base/error-code.ts";
import {
  FORWARD_BYTES,
  FORWARD_LEAST_BYTES,
  FORWARD_MS,
  FORWARD_UNRELIABLE_BYTES,
  MAX_UNTOLD_BYTES,
  ROUTE_WORDS_BURST_MS,
} from "../limits.ts";
import * as FrameKind from "../wire/frame-kind.ts";
import { type RouteWord, readRouteWord, routeNumber, routeWord, writeRouteHeader } from "../wire/route-frame.ts";
import { Receiver } from "./receiver.ts";
import type { HubChannels } from "./route.ts";

/** A peer that this hub is connected to; a `SessionLink` that can send is one. */
export interface Spoke {
  readonly id: number;
  /** Frames for others, that were put on their connections; and those that were not. */
  forwardedFrames: number;
  droppedFrames: number;
  readonly transport: { readonly carrier: HubChannels };
  /** How fast its line lately was; NaN while that is not known. */
  readonly drainRate: { readonly bytesPerMs: number };
  /** So many bytes of others are about to be put on it. */
  noteForwarded(nowMs: number, bytes: number): void;
}

/**
 * What a hub does for others: frames for a peer go on to it, on the route that this peer has opened to their sender. No frame is kept: what
 * a receiver has no room for ends the sender's route.
 */
export class Forwarder {
  /** Unit: ms. */
  nowMs = 0;
  readonly #receivers = new Map<number, Receiver>();

  /** `bytes`: a frame of `from`, which this may change; on route 0 a word. `to`: for whom it is; `null` if that peer is not there. */
  forward(from: Spoke, to: Spoke | null, isReliable: boolean, bytes: Uint8Array): void {
    const isForwarded = to !== null && to.id !== from.id && this.#pass(from, to, isReliable, bytes);
    if (isForwarded) from.forwardedFrames += 1;
    else from.droppedFrames += 1;
  }

  /** A peer is not there any more. */
  forget(id: number): void {
    this.#receivers.delete(id);
    for (const receiver of this.#receivers.values()) receiver.forget(id);
  }

  #pass(from: Spoke, to: Spoke, isReliable: boolean, bytes: Uint8Array): boolean {
    const number = routeNumber(bytes);
    const way = this.#receiver(to.id).wayFrom(from.id, this.nowMs);
    if (number === 0) {
      const word = readRouteWord(bytes);
      if (word !== null) this.#overhear(from, to, word);
      way.words.fill(this.nowMs, ROUTE_WORDS_BURST_MS);
      return way.words.take() && this.#put(from, to, isReliable, bytes);
    }
    if (way.open === number && this.#put(from, to, isReliable, bytes)) return true;
    // Of what is reliable, no part may be missing.
    if (!isReliable) return false;
    if (way.open === number) way.open = 0;
    if (way.ended === number) return false;
    way.ended = number;
    if (from.transport.carrier.reliable.getBufferedAmount() <= MAX_UNTOLD_BYTES) {
      from.transport.carrier.reliable.putPacket(routeWord(FrameKind.FORWARDED, to.id, { mine: 0, yours: number }));
    }
    return false;
  }

  /** `from` tells `to` on which route it takes frames, or on which it does not any more. */
  #overhear(from: Spoke, to: Spoke, { mine, yours }: RouteWord): void {
    const way = this.#receiver(from.id).wayFrom(to.id, this.nowMs);
    if (mine !== 0) {
      way.open = mine;
      way.ended = 0;
    } else if (way.open === yours) {
      way.open = 0;
    }
  }

  #put(from: Spoke, to: Spoke, isReliable: boolean, bytes: Uint8Array): boolean {
    const receiver = this.#receiver(to.id);
    const { reliable, unreliable } = to.transport.carrier;
    const channel = isReliable ? reliable : unreliable;
    const shares = isReliable ? receiver.reliable : receiver.unreliable;
    const most = roomOn(to, isReliable ? FORWARD_BYTES : FORWARD_UNRELIABLE_BYTES);
    if (!shares.allow(from.id, bytes.length, channel.getBufferedAmount(), most)) return false;
    writeRouteHeader(bytes, FrameKind.FORWARDED, routeNumber(bytes), from.id);
    to.noteForwarded(this.nowMs, bytes.length);
    if (channel.putPacket(bytes) !== ErrorCode.OK) return false;
    shares.add(from.id, bytes.length);
    return true;
  }

  #receiver(id: number): Receiver {
    let receiver = this.#receivers.get(id);
    if (receiver === undefined) {
      receiver = new Receiver();
      this.#receivers.set(id, receiver);
    }
    return receiver;
  }
}

/** How much may wait on a line: what it sends soon, whatever anybody sends to it. */
function roomOn({ drainRate }: Spoke, most: number): number {
  const drained = drainRate.bytesPerMs * FORWARD_MS;
  return drained < most ? Math.max(FORWARD_LEAST_BYTES, drained) : most;
}
