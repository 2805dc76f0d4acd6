import type { DataConnection, Peer } from "peerjs";
import type { Arrived, Link, PageWire, WireOptions } from "./link.ts";

/** So many have been made in this page: their names differ. */
let made = 0;

/**
 * A pair of PeerJS' peers, introduced by its own server, used as its users do: `send` and `data`. Arrivals are read as they
 * come. Once loaded, it wraps `send` of every channel in the page: a page that uses it measures nobody else.
 */
export async function peerJsWire(
  { reliable, ordered = reliable, peerServerPort }: WireOptions,
  serialization: "binary" | "raw",
): Promise<PageWire> {
  if (peerServerPort === undefined) throw new Error("PeerJS needs a server");
  const { Peer } = await import("peerjs");
  const make = async (): Promise<Peer> => {
    made += 1;
    const name = `bench-${crypto.randomUUID()}-${made}`;
    const server = { host: "127.0.0.1", port: peerServerPort, path: "/" };
    const peer = new Peer(name, { ...server, config: { iceServers: [] }, debug: 1 });
    await new Promise<unknown>((resolve, reject) => {
      peer.on("open", resolve);
      peer.on("error", reject);
    });
    return peer;
  };
  const [a, b] = await Promise.all([make(), make()]);
  const arriving = new Promise<DataConnection>((resolve) => b.on("connection", resolve));
  // What it calls reliable is ordered; nothing that it offers is ever given up.
  const from = a.connect(b.id, { serialization, reliable: ordered });
  const to = await arriving;
  await Promise.all([from, to].map(opened));
  return {
    connections: [from.peerConnection, to.peerConnection],
    a: new PeerJsLink(from),
    b: new PeerJsLink(to),
    close: () => {
      a.destroy();
      b.destroy();
    },
  };
}

function opened(connection: DataConnection): Promise<void> {
  return new Promise((resolve, reject) => {
    if (connection.open) resolve();
    connection.on("open", resolve);
    connection.on("error", reject);
  });
}

class PeerJsLink implements Link {
  onPacket: (packet: Arrived) => void = () => {};
  onLow: () => void = () => {};
  readonly #connection: DataConnection;
  readonly #channel: RTCDataChannel;

  constructor(connection: DataConnection) {
    this.#connection = connection;
    this.#channel = connection.dataChannel;
    connection.on("data", (data) => this.onPacket(data as Arrived));
    this.#channel.addEventListener("bufferedamountlow", () => this.onLow());
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
    void this.#connection.send(bytes);
  }
}
