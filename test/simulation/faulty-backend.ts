import type {
  BackendFactory,
  ChannelBackend,
  ChannelObserver,
  ChannelOptions,
  ConnectionBackend,
  ConnectionObserver,
  DescriptionType,
} from "../../src/seam/connection-backend.ts";

import type { VirtualConnection } from "../../src/simulator/network/virtual-connection.ts";

type Data = ArrayBuffer | string;

/** What may be done to what a backend does. Whatever is left out stays as it is. */
export interface Meddling {
  /** A message is about to be told: `tell` tells it, as often as it is called. `channel`: always the same for one channel. */
  readonly message?: (channelId: number, data: Data, tell: (data: Data) => void, channel: object) => void;
  /** The observer of a new connection, in place of which another may stand. */
  readonly observer?: (observer: ConnectionObserver) => ConnectionObserver;
  /** A connection is to close: in place of which this is done first. */
  readonly closes?: (native: VirtualConnection) => void;
  /** An offer is asked for; false if it is to be forgotten. */
  readonly offers?: () => boolean;
}

/** A backend that breaks its contract. */
export function meddled(factory: BackendFactory, meddling: Meddling): BackendFactory {
  return (configuration, observer) => {
    const backend = factory(configuration, meddling.observer?.(observer) ?? observer);
    return new MeddledConnection(backend, meddling);
  };
}

class MeddledConnection implements ConnectionBackend {
  readonly #backend: ConnectionBackend;
  readonly #meddling: Meddling;

  constructor(backend: ConnectionBackend, meddling: Meddling) {
    this.#backend = backend;
    this.#meddling = meddling;
  }

  get native(): unknown {
    return this.#backend.native;
  }

  get maxMessageSize(): number {
    return this.#backend.maxMessageSize;
  }

  createChannel(label: string, options: ChannelOptions): ChannelBackend {
    return new MeddledChannel(this.#backend.createChannel(label, options), this.#meddling);
  }

  createOffer(): void {
    if (this.#meddling.offers?.() !== false) this.#backend.createOffer();
  }

  setLocalDescription(type: DescriptionType, sdp: string): void {
    this.#backend.setLocalDescription(type, sdp);
  }

  setRemoteDescription(type: DescriptionType, sdp: string): void {
    this.#backend.setRemoteDescription(type, sdp);
  }

  addIceCandidate(media: string, index: number, name: string): void {
    this.#backend.addIceCandidate(media, index, name);
  }

  close(): void {
    this.#meddling.closes?.(this.#backend.native as VirtualConnection);
    this.#backend.close();
  }
}

class MeddledChannel implements ChannelBackend {
  readonly #channel: ChannelBackend;
  readonly #meddling: Meddling;

  constructor(channel: ChannelBackend, meddling: Meddling) {
    this.#channel = channel;
    this.#meddling = meddling;
  }

  get facts() {
    return this.#channel.facts;
  }

  get observer(): ChannelObserver | null {
    return this.#channel.observer;
  }

  set observer(observer: ChannelObserver | null) {
    const { message } = this.#meddling;
    if (observer === null || message === undefined) {
      this.#channel.observer = observer;
      return;
    }
    this.#channel.observer = {
      onOpen: () => observer.onOpen(),
      onMessage: (data) => message(this.facts.id ?? -1, data, (told) => observer.onMessage(told), this),
      onClosing: () => observer.onClosing(),
      onClosed: () => observer.onClosed(),
      onBufferedAmountLow: () => observer.onBufferedAmountLow(),
    };
  }

  send(data: Uint8Array | string): void {
    this.#channel.send(data);
  }

  close(): void {
    this.#channel.close();
  }
}
