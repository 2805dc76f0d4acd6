import type {
  BackendFactory,
  ChannelBackend,
  ChannelFacts,
  ChannelObserver,
  ChannelOptions,
  ConnectionBackend,
  ConnectionObserver,
} from "tickmesh";

/** A backend that does nothing: what is sent arrives at once, where it came from, as bytes that were there before. */
export function loopbackBackend(packetBytes: number): BackendFactory {
  return (_configuration, observer) => new LoopbackBackend(observer, new ArrayBuffer(packetBytes));
}

class LoopbackBackend implements ConnectionBackend {
  readonly native = null;
  readonly maxMessageSize = 262_144;
  readonly #observer: ConnectionObserver;
  readonly #packet: ArrayBuffer;
  readonly #channels: LoopbackChannel[] = [];

  constructor(observer: ConnectionObserver, packet: ArrayBuffer) {
    this.#observer = observer;
    this.#packet = packet;
  }

  createChannel(label: string, options: ChannelOptions): ChannelBackend {
    const channel = new LoopbackChannel(label, options, this.#packet);
    this.#channels.push(channel);
    return channel;
  }

  /** Connects at once. */
  createOffer(): void {
    this.#observer.onConnectionState("connected");
    for (const channel of this.#channels) channel.observer?.onOpen();
  }

  setLocalDescription(): void {}
  setRemoteDescription(): void {}
  addIceCandidate(): void {}
  close(): void {}
}

class LoopbackChannel implements ChannelBackend {
  readonly facts: ChannelFacts;
  observer: ChannelObserver | null = null;
  readonly #packet: ArrayBuffer;

  constructor(label: string, options: ChannelOptions, packet: ArrayBuffer) {
    this.facts = { ...options, label, bufferedAmount: 0, bufferedAmountLowThreshold: 0 };
    this.#packet = packet;
  }

  send(): void {
    this.observer?.onMessage(this.#packet);
  }

  close(): void {}
}
