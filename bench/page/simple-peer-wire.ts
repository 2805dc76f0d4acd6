import { channelInit } from "./channel-init.ts";
import type { Arrived, Link, PageWire, WireOptions } from "./link.ts";
import { type SimplePeer, simplePeerPair } from "./simple-peer.ts";

/** A pair of simple-peer's peers, used as its users do: `send` and `data`. Arrivals are read as they come. */
export async function simplePeerWire(options: WireOptions): Promise<PageWire> {
  const peers = await simplePeerPair(channelInit(options));
  return {
    connections: [peers[0]._pc, peers[1]._pc],
    a: new SimplePeerLink(peers[0]),
    b: new SimplePeerLink(peers[1]),
    close: () => {
      for (const peer of peers) peer.destroy();
    },
  };
}

class SimplePeerLink implements Link {
  onPacket: (packet: Arrived) => void = () => {};
  onLow: () => void = () => {};
  readonly #peer: SimplePeer;

  constructor(peer: SimplePeer) {
    this.#peer = peer;
    peer.on("data", (data) => this.onPacket(data));
    peer._channel.addEventListener("bufferedamountlow", () => this.onLow());
  }

  get buffered(): number {
    return this.#peer.bufferSize;
  }

  get lowThreshold(): number {
    return this.#peer._channel.bufferedAmountLowThreshold;
  }

  set lowThreshold(bytes: number) {
    this.#peer._channel.bufferedAmountLowThreshold = bytes;
  }

  send(bytes: Uint8Array<ArrayBuffer>): void {
    this.#peer.send(bytes);
  }
}
