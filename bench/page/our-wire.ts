import { type WebRTCDataChannel, WebRTCPeerConnection, type WebRTCPeerConnectionOptions } from "tickmesh";
import { channelInit } from "./channel-init.ts";
import type { Arrived, Link, Wire, WireOptions } from "./link.ts";

/** A pair of the library's channels. `make`: how its connections are made, if not on the browser's own. */
export async function ourWire(options: WireOptions, make: WebRTCPeerConnectionOptions = {}): Promise<Wire> {
  const links = [new OurLink(options, make), new OurLink(options, make)] as const;
  const [a, b] = links;
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    from.connection.on("sessionDescriptionCreated", (type, sdp) => {
      from.connection.setLocalDescription(type, sdp);
      to.connection.setRemoteDescription(type, sdp);
    });
    from.connection.on("iceCandidateCreated", (media, index, name) => {
      to.connection.addIceCandidate(media, index, name);
    });
  }
  a.connection.createOffer();
  await Promise.all(links.map((link) => link.opened));
  return {
    a,
    b,
    close: () => {
      for (const { connection } of links) connection.close();
    },
  };
}

class OurLink implements Link {
  onPacket: (packet: Arrived) => void = () => {};
  onLow: () => void = () => {};
  readonly connection: WebRTCPeerConnection;
  readonly opened: Promise<void>;
  readonly #channel: WebRTCDataChannel;
  #onOpen: (() => void) | null = null;

  constructor(options: WireOptions, make: WebRTCPeerConnectionOptions) {
    this.connection = new WebRTCPeerConnection(make);
    const init = { negotiated: true, id: 1, ...channelInit(options) };
    const channel = this.connection.createDataChannel("bench", init);
    if (channel === null) throw new Error("no channel");
    this.#channel = channel;
    channel.onBufferedAmountLow = () => this.onLow();
    this.opened = new Promise((resolve) => {
      this.#onOpen = resolve;
    });
    if (options.polling === "wake") this.connection.wake = () => this.#poll();
    else this.#pollByFrames();
  }

  get buffered(): number {
    return this.#channel.getBufferedAmount();
  }

  get lowThreshold(): number {
    return this.#channel.bufferedAmountLowThreshold;
  }

  set lowThreshold(bytes: number) {
    this.#channel.bufferedAmountLowThreshold = bytes;
  }

  send(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.#channel.putPacket(bytes) !== 0) throw new Error("a packet was refused");
  }

  #poll(): void {
    this.connection.poll();
    while (this.#channel.getAvailablePacketCount() > 0) this.onPacket(this.#channel.getPacket());
    if (this.#onOpen !== null && this.#channel.getReadyState() === 1) {
      this.#onOpen();
      this.#onOpen = null;
    }
  }

  #pollByFrames(): void {
    const frame = (): void => {
      this.#poll();
      if (this.#channel.getReadyState() <= 1) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }
}
