import type { AwakeTime } from "../../base/awake-time.ts";
import { ChannelState } from "../../connection/channel-state.ts";
import type { SessionLimits } from "../limits.ts";
import type { Hello } from "../wire/hello.ts";
import type { Carrier, LinkChannel } from "./carrier.ts";
import { Handshake, type HelloCheck, type ResumePoint } from "./handshake.ts";

/** What the handshake on a connection needs of the session. */
export interface TransportOwner {
  /** As it passes for this game: what others are waited for with. Of a pause it counts `HEARTBEAT_MS` at most. */
  readonly time: AwakeTime;
  readonly limits: SessionLimits;
  readonly hello: Hello;
  readonly check: HelloCheck | null;
  /** `poll` has something to do. */
  notify(): void;
}

/** One way to a peer, and the handshake on it. A link may have several, one after the other. */
export class Transport {
  readonly carrier: Carrier;
  readonly handshake: Handshake;
  /** By the session's `AwakeTime`. Unit: ms. */
  readonly sinceMs: number;
  /** Both sides have accepted each other on it, and the link goes on by it. */
  isUp = false;

  constructor(owner: TransportOwner, id: number, carrier: Carrier, point: ResumePoint | null) {
    this.carrier = carrier;
    this.sinceMs = owner.time.nowMs;
    this.handshake = new Handshake(
      owner.hello,
      id,
      owner.check,
      point,
      this.sinceMs + owner.limits.handshakeMs,
      // It may be closing already: then the other side has had its say, and hears nothing more.
      (frame) => void (isOpen(carrier.reliable) && carrier.reliable.putPacket(frame)),
      () => owner.notify(),
    );
  }

  /** False from when the other side began to close. */
  get canSend(): boolean {
    return this.isUp && isOpen(this.carrier.reliable);
  }
}

export function isOpen(channel: LinkChannel): boolean {
  return channel.getReadyState() === ChannelState.OPEN;
}
