import type { Network } from "@poki/netlib";
import type { Arrived, Link, PageWire, WireOptions } from "./link.ts";
import { LobbySocket } from "./netlib-server.ts";

/**
 * A pair of Poki netlib's players, used as its users do: `send` and `message`. Arrivals are read as they come. Its channels, which it
 * does not show, are caught as they are made: it offers no way to hear how much waits.
 */
export async function netlibWire({ reliable }: WireOptions): Promise<PageWire> {
  const { Network } = await import("@poki/netlib");
  const label = reliable ? "reliable" : "unreliable";
  const stand = standIn(label);
  try {
    const make = async (): Promise<Network> => {
      const network = new Network("bench", { iceServers: [] }, "ws://127.0.0.1/");
      await new Promise<void>((resolve) => network.on("ready", resolve));
      // It tells that the other has closed as an error.
      network.on("rtcerror", () => {});
      return network;
    };
    const [a, b] = [await make(), await make()];
    const connections = Promise.all([connectionOf(a), connectionOf(b)]);
    await b.join(await a.create());
    const [from, to] = await connections;
    const link = (network: Network, far: Network, connection: RTCPeerConnection): Link => {
      const channel = stand.channels.get(connection);
      if (channel === undefined) throw new Error("netlib has made no such channel");
      return new NetlibLink(network, far.id, label, channel);
    };
    return {
      connections: [from, to],
      a: link(a, b, from),
      b: link(b, a, to),
      close: () => {
        a.close();
        b.close();
      },
    };
  } finally {
    stand.down();
  }
}

/** netlib's own server is in the page, and what channels of this name its connections make is seen. */
function standIn(label: string): { readonly channels: Map<RTCPeerConnection, RTCDataChannel>; down(): void } {
  const { WebSocket } = window;
  const { createDataChannel } = RTCPeerConnection.prototype;
  const channels = new Map<RTCPeerConnection, RTCDataChannel>();
  Object.assign(window, { WebSocket: LobbySocket });
  RTCPeerConnection.prototype.createDataChannel = function (name, init) {
    const channel = createDataChannel.call(this, name, init);
    if (name === label) channels.set(this, channel);
    return channel;
  };
  return {
    channels,
    down: () => {
      Object.assign(window, { WebSocket });
      RTCPeerConnection.prototype.createDataChannel = createDataChannel;
    },
  };
}

function connectionOf(network: Network): Promise<RTCPeerConnection> {
  return new Promise((resolve) => network.on("connected", ({ conn }) => resolve(conn)));
}

class NetlibLink implements Link {
  onPacket: (packet: Arrived) => void = () => {};
  onLow: () => void = () => {};
  readonly #send: (bytes: Uint8Array) => void;
  readonly #channel: RTCDataChannel;

  constructor(network: Network, far: string, label: string, channel: RTCDataChannel) {
    this.#send = (bytes) => network.send(label, far, bytes);
    this.#channel = channel;
    network.on("message", (_, __, data) => this.onPacket(data as ArrayBuffer));
    channel.addEventListener("bufferedamountlow", () => this.onLow());
  }

  get buffered(): number {
    return this.#channel.bufferedAmount;
  }

  get lowThreshold(): number {
    return this.#channel.bufferedAmountLowThreshold;
  }

  set lowThreshold(bytes: number) {
    this.#channel.bufferedAmountLowThreshold = bytes;
  }

  send(bytes: Uint8Array<ArrayBuffer>): void {
    this.#send(bytes);
  }
}
