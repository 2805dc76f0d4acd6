import type { LinkChannel } from "../../src/session/link/carrier.ts";
import type { Definitions } from "../../src/session/messages/definition.ts";
import type { SessionOptions } from "../../src/session/session-options.ts";
import * as FrameKind from "../../src/session/wire/frame-kind.ts";
import { ROUTE_HEADER_BYTES, writeRouteHeader } from "../../src/session/wire/route-frame.ts";
import { type MemberOptions, type SessionMember, VirtualSessions } from "./virtual-session.ts";

const RELIABLE = 0;
export const UNRELIABLE = 2;

/** Members 1 to `count` of a star around `hubs`, who have met. Some of them also say what no session would. */
export class StarScene<D extends Definitions> {
  readonly sessions: VirtualSessions<D>;

  constructor(
    common: MemberOptions<D> & Pick<SessionOptions<D>, "messages">,
    count: number,
    hubs: readonly number[] = [1],
  ) {
    this.sessions = new VirtualSessions<D>(common);
    for (let id = 1; id <= count; id++) this.add(id, hubs);
    this.sessions.meet();
    this.sessions.pass(500);
  }

  add(id: number, hubs: readonly number[]): SessionMember<D> {
    const virtual = this.sessions.addRaw(id);
    virtual.connector.setHubs(hubs);
    return this.sessions.open(virtual);
  }

  /** Everybody takes these for hubs from now on. */
  setHubs(hubs: readonly number[]): void {
    for (const { connector } of this.sessions.members.values()) connector.setHubs(hubs);
  }

  member(id: number): SessionMember<D> {
    return this.sessions.members.get(id) as SessionMember<D>;
  }

  /** Who has left, as a member was told. */
  departures(id: number): string[] {
    return this.member(id).events.filter((event) => event.startsWith("-"));
  }

  put(from: number, to: number, bytes: Uint8Array, channel: number = RELIABLE): void {
    this.member(from).peer.getPeer(to)?.channels[channel]?.putPacket(bytes);
  }

  /** The frames of a star that a member sends to another from now on. */
  sent(from: number, to: number): Uint8Array[] {
    const frames: Uint8Array[] = [];
    const channel = this.member(from).peer.getPeer(to)?.channels[RELIABLE] as LinkChannel;
    const put = channel.putPacket.bind(channel);
    channel.putPacket = (bytes) => {
      if ((bytes[0] ?? 0) >> 4 >= FrameKind.FORWARD) frames.push(bytes.slice());
      return put(bytes);
    };
    return frames;
  }
}

/** A routed frame with this within. */
export function routedFrame(kind: number, route: number, peerId: number, within: Uint8Array): Uint8Array {
  const frame = new Uint8Array(ROUTE_HEADER_BYTES + within.length);
  writeRouteHeader(frame, kind, route, peerId);
  frame.set(within, ROUTE_HEADER_BYTES);
  return frame;
}
