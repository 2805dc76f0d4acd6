import { ErrorCode } from "../../base/error-code.ts";
import { FORWARD_BYTES, FORWARD_UNRELIABLE_BYTES } from "../limits.ts";
import * as FrameKind from "../wire/frame-kind.ts";
import { routeNumber, routeWord, writeRouteHeader } from "../wire/route-frame.ts";
import type { HubChannels } from "./route.ts";

/** A peer that this hub is connected to. */
export interface Spoke {
  readonly id: number;
  readonly channels: HubChannels;
}

/** What a hub does for others: frames for a peer go on to it. Nothing is kept: what a receiver has no room for ends the sender's route. */
export class Forwarder {
  forwardedFrames = 0;
  droppedFrames = 0;
  /** By sender and receiver: the route, by the receiver's number, that was ended for want of room. */
  readonly #ended = new Map<string, number>();

  /** `bytes`: a frame of `from`, which this may change. `to`: for whom it is; `null` if that peer is not there. */
  forward(from: Spoke, to: Spoke | null, isReliable: boolean, bytes: Uint8Array): void {
    if (to === null || to.id === from.id) {
      this.droppedFrames += 1;
      return;
    }
    const route = routeNumber(bytes);
    const channel = isReliable ? to.channels.reliable : to.channels.unreliable;
    const most = isReliable ? FORWARD_BYTES : FORWARD_UNRELIABLE_BYTES;
    const key = `${from.id} ${to.id}`;
    if (route !== 0 && this.#ended.get(key) === route) {
      this.droppedFrames += 1;
      return;
    }
    writeRouteHeader(bytes, FrameKind.FORWARDED, route, from.id);
    if (channel.getBufferedAmount() + bytes.length <= most && channel.putPacket(bytes) === ErrorCode.OK) {
      this.forwardedFrames += 1;
      return;
    }
    this.droppedFrames += 1;
    // Of what is reliable, no part may be missing.
    if (!isReliable || route === 0) return;
    this.#ended.set(key, route);
    from.channels.reliable.putPacket(routeWord(FrameKind.FORWARDED, to.id, { mine: 0, yours: route }));
  }

  /** A peer is not there any more. */
  forget(id: number): void {
    for (const key of this.#ended.keys()) if (key.split(" ").includes(String(id))) this.#ended.delete(key);
  }
}
