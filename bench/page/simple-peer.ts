import SimplePeerClass from "simple-peer/simplepeer.min.js";
import { simplePeerBackend } from "tickmesh/backends/simple-peer";

/** What is used of simple-peer 9 by itself. */
export interface SimplePeer {
  /** Its channel, which it does not show: it offers no other way to hear that the buffer is low. */
  readonly _channel: RTCDataChannel;
  /** Its connection, which it does not show either. */
  readonly _pc: RTCPeerConnection;
  /** What waits to be sent. Unit: bytes. */
  readonly bufferSize: number;
  on(event: "signal", listener: (signal: object) => void): void;
  on(event: "connect", listener: () => void): void;
  on(event: "data", listener: (data: Uint8Array) => void): void;
  on(event: "error", listener: (error: Error) => void): void;
  signal(signal: object): void;
  send(bytes: Uint8Array): void;
  destroy(): void;
}

export const onSimplePeer = { backend: simplePeerBackend(SimplePeerClass) };

/** Two of simple-peer's peers, signalled by plain calls, once both have told that they are connected. */
export async function simplePeerPair(channelConfig: RTCDataChannelInit): Promise<readonly [SimplePeer, SimplePeer]> {
  const make = (initiator: boolean): SimplePeer =>
    new SimplePeerClass({ initiator, channelConfig, config: { iceServers: [] } }) as SimplePeer;
  const [a, b] = [make(true), make(false)];
  a.on("signal", (signal) => b.signal(signal));
  b.on("signal", (signal) => a.signal(signal));
  await Promise.all([a, b].map(connected));
  return [a, b];
}

function connected(peer: SimplePeer): Promise<void> {
  return new Promise((resolve, reject) => {
    peer.on("connect", resolve);
    peer.on("error", reject);
  });
}
