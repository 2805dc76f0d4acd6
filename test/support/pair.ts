import type { DataChannelOptions } from "../../src/connection/check-channel-options.ts";
import { ConnectionState } from "../../src/connection/connection-state.ts";
import type { WebRTCDataChannel } from "../../src/connection/web-rtc-data-channel.ts";
import {
  WebRTCPeerConnection,
  type WebRTCPeerConnectionOptions,
} from "../../src/connection/web-rtc-peer-connection.ts";
import { until } from "./until.ts";

/** Carries descriptions and candidates both ways between two connections, each when it is told, inside `poll()`. */
export function link(a: WebRTCPeerConnection, b: WebRTCPeerConnection): void {
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    from.on("sessionDescriptionCreated", (type, sdp) => {
      from.setLocalDescription(type, sdp);
      to.setRemoteDescription(type, sdp);
    });
    from.on("iceCandidateCreated", (media, index, name) => to.addIceCandidate(media, index, name));
  }
}

export interface Pair {
  readonly a: WebRTCPeerConnection;
  readonly b: WebRTCPeerConnection;
  /** `a` and `b`, one poll each. */
  readonly step: () => void;
}

/** Two linked connections in one page. Nothing is offered yet: make the channels first. */
export function makePair(options: WebRTCPeerConnectionOptions = {}): Pair {
  const a = new WebRTCPeerConnection(options);
  const b = new WebRTCPeerConnection(options);
  link(a, b);
  return {
    a,
    b,
    step: () => {
      a.poll();
      b.poll();
    },
  };
}

/** The same negotiated channel at both ends. */
export function negotiate(
  pair: Pair,
  id: number,
  options: DataChannelOptions = {},
): [WebRTCDataChannel, WebRTCDataChannel] {
  const make = (connection: WebRTCPeerConnection): WebRTCDataChannel => {
    const channel = connection.createDataChannel(`channel ${id}`, { ...options, negotiated: true, id });
    if (channel === null) throw new Error(`no channel ${id}`);
    return channel;
  };
  return [make(pair.a), make(pair.b)];
}

/** Connects a pair and waits until the channels given are open at their ends. */
export async function connect(pair: Pair, ...channels: readonly WebRTCDataChannel[]): Promise<void> {
  pair.a.createOffer();
  await until(
    () =>
      pair.a.getConnectionState() === ConnectionState.CONNECTED &&
      pair.b.getConnectionState() === ConnectionState.CONNECTED &&
      channels.every((channel) => channel.getReadyState() === 1),
    { step: pair.step, what: "the pair to connect" },
  );
}

/** A connected pair with one reliable channel. */
export async function connectedPair(
  options: WebRTCPeerConnectionOptions = {},
  channelOptions: DataChannelOptions = {},
): Promise<Pair & { readonly toB: WebRTCDataChannel; readonly toA: WebRTCDataChannel }> {
  const pair = makePair(options);
  const [toB, toA] = negotiate(pair, 1, channelOptions);
  await connect(pair, toB, toA);
  return { ...pair, toB, toA };
}
