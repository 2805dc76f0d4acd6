import { channelInit } from "./channel-init.ts";
import type { WireOptions } from "./link.ts";
import { connectRaw, opened } from "./raw-connection.ts";

/** Two connections of the browser's own, and the channel that they share, at both ends. */
export interface RawChannels {
  readonly connections: readonly [RTCPeerConnection, RTCPeerConnection];
  readonly channels: readonly [RTCDataChannel, RTCDataChannel];
  close(): void;
}

/** Several kinds of channel share a connection: one pair for each of `kinds`. */
export async function rawChannels<const Kinds extends readonly WireOptions[]>(
  kinds: Kinds,
): Promise<{ readonly [Kind in keyof Kinds]: RawChannels }> {
  const connections = [new RTCPeerConnection(), new RTCPeerConnection()] as const;
  const close = (): void => {
    for (const connection of connections) connection.close();
  };
  const pairs = kinds.map((kind, index) => {
    const init = { negotiated: true, id: index + 1, ...channelInit(kind) };
    const make = (connection: RTCPeerConnection): RTCDataChannel => {
      const channel = connection.createDataChannel("bench", init);
      channel.binaryType = "arraybuffer";
      return channel;
    };
    return { connections, channels: [make(connections[0]), make(connections[1])] as const, close };
  });
  await connectRaw(...connections);
  await Promise.all(pairs.flatMap(({ channels }) => channels.map(opened)));
  return pairs as { readonly [Kind in keyof Kinds]: RawChannels };
}
