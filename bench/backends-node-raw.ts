import { type DataChannel, type DataChannelInitConfig, type DescriptionType, PeerConnection } from "node-datachannel";
import type { Arrived, Link, Wire } from "./page/link.ts";

/** Loopback alone: nothing leaves the machine. */
export const BIND_ADDRESS = "127.0.0.1";

/** Two of libdatachannel's connections, all their channels open. */
export interface RawNodePair {
  /** Both ends of the first channel. */
  readonly first: readonly [DataChannel, DataChannel];
  close(): void;
}

/** Connects two by plain calls, with the channels given, which must be negotiated. */
export async function rawNodePair(configs: readonly DataChannelInitConfig[]): Promise<RawNodePair> {
  const [a, b] = [makeConnection(), makeConnection()];
  const makeChannels = (of: PeerConnection): DataChannel[] =>
    configs.map((config) => of.createDataChannel("bench", config));
  const [offered, answered] = [nextDescription(a), nextDescription(b)];
  const [fromA, fromB] = [candidates(a), candidates(b)];
  // The first channel makes it offer, and an offer makes the other one answer.
  const ofA = makeChannels(a);
  const opened = ofA.map(isOpen);
  const offer = await offered;
  b.setRemoteDescription(offer.sdp, offer.type);
  const ofB = makeChannels(b);
  opened.push(...ofB.map(isOpen));
  fromA.handTo(b);
  const answer = await answered;
  a.setRemoteDescription(answer.sdp, answer.type);
  fromB.handTo(a);
  await Promise.all(opened);
  return {
    first: [ofA[0] as DataChannel, ofB[0] as DataChannel],
    close: () => {
      for (const channel of [...ofA, ...ofB]) {
        // The binding frees only what it is to tell about.
        channel.onClosed(() => {});
        channel.close();
      }
      a.close();
      b.close();
    },
  };
}

export async function rawNodeWire(): Promise<Wire> {
  const { first, close } = await rawNodePair([{ negotiated: true, id: 1 }]);
  return { a: new RawNodeLink(first[0]), b: new RawNodeLink(first[1]), close };
}

class RawNodeLink implements Link {
  onPacket: (packet: Arrived) => void = () => {};
  onLow: () => void = () => {};
  readonly #channel: DataChannel;
  #lowThreshold = 0;

  constructor(channel: DataChannel) {
    this.#channel = channel;
    channel.onMessage((data) => {
      if (typeof data !== "string") this.onPacket(data);
    });
    channel.onBufferedAmountLow(() => this.onLow());
  }

  get buffered(): number {
    return this.#channel.bufferedAmount();
  }

  get lowThreshold(): number {
    return this.#lowThreshold;
  }

  set lowThreshold(bytes: number) {
    this.#lowThreshold = bytes;
    this.#channel.setBufferedAmountLowThreshold(bytes);
  }

  send(bytes: Uint8Array<ArrayBuffer>): void {
    this.#channel.sendMessageBinary(bytes);
  }
}

function makeConnection(): PeerConnection {
  return new PeerConnection("bench", { iceServers: [], bindAddress: BIND_ADDRESS });
}

function nextDescription(of: PeerConnection): Promise<{ readonly sdp: string; readonly type: DescriptionType }> {
  return new Promise((resolve) => {
    of.onLocalDescription((sdp, type) => resolve({ sdp, type }));
  });
}

/** Candidates may be told before the far side has the description that they need. A listener that is replaced loses some. */
function candidates(of: PeerConnection): { handTo(far: PeerConnection): void } {
  const early: (readonly [string, string])[] = [];
  let take: (...candidate: [string, string]) => void = (...candidate) => early.push(candidate);
  of.onLocalCandidate((...candidate) => take(...candidate));
  return {
    handTo: (far) => {
      take = (...candidate) => far.addRemoteCandidate(...candidate);
      for (const candidate of early) far.addRemoteCandidate(...candidate);
    },
  };
}

function isOpen(channel: DataChannel): Promise<void> {
  return new Promise((resolve) => {
    channel.onOpen(resolve);
    if (channel.isOpen()) resolve();
  });
}
