import type { Clock } from "../../base/clock.ts";
import { ChannelState } from "../../connection/channel-state.ts";
import type { WebRTCDataChannel } from "../../connection/web-rtc-data-channel.ts";
import { PathWatch } from "../../multiplayer/path-watch.ts";
import type { PeerInfo } from "../../multiplayer/web-rtc-multiplayer-peer.ts";
import type { SessionLimits } from "../limits.ts";
import type { Hello } from "../wire/hello.ts";
import { Handshake, type HelloCheck, type ResumePoint } from "./handshake.ts";

/** What the handshake on a connection needs of the session. */
export interface TransportOwner {
  readonly clock: Clock;
  readonly limits: SessionLimits;
  readonly hello: Hello;
  readonly check: HelloCheck | null;
  /** `poll` has something to do. */
  notify(): void;
}

/** One connection to a peer: its channels, and the handshake on them. A link may have several, one after the other. */
export class Transport {
  readonly info: PeerInfo;
  readonly reliable: WebRTCDataChannel;
  readonly ordered: WebRTCDataChannel;
  readonly unreliable: WebRTCDataChannel;
  readonly handshake: Handshake;
  readonly path = new PathWatch();
  readonly sinceMs: number;
  /** Both sides have accepted each other on it, and the link goes on by it. */
  isUp = false;

  constructor(owner: TransportOwner, id: number, info: PeerInfo, point: ResumePoint | null) {
    this.info = info;
    const [reliable, ordered, unreliable] = info.channels as [WebRTCDataChannel, WebRTCDataChannel, WebRTCDataChannel];
    this.reliable = reliable;
    this.ordered = ordered;
    this.unreliable = unreliable;
    this.sinceMs = owner.clock.nowMs();
    this.handshake = new Handshake(
      owner.hello,
      id,
      owner.check,
      point,
      this.sinceMs + owner.limits.handshakeMs,
      // It may be closing already: then the other side has had its say, and hears nothing more.
      (frame) => void (isOpen(reliable) && reliable.putPacket(frame)),
      () => owner.notify(),
    );
  }

  /** False from when the other side began to close. */
  get canSend(): boolean {
    return this.isUp && isOpen(this.reliable);
  }
}

export function isOpen(channel: WebRTCDataChannel): boolean {
  return channel.getReadyState() === ChannelState.OPEN;
}
