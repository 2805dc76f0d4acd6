import type {
  BackendFactory,
  ChannelBackend,
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
  readonly label: string;
  readonly protocol: string;
  readonly ordered: boolean;
  readonly negotiated: boolean;
  readonly id: number | null;
  readonly maxPacketLifeTime: number | null;
  readonly maxRetransmits: number | null;
  readonly bufferedAmount = 0;
  bufferedAmountLowThreshold = 0;
  observer: ChannelObserver | null = null;
  readonly #packet: ArrayBuffer;

  constructor(label: string, options: ChannelOptions, packet: ArrayBuffer) {
    this.label = label;
    this.protocol = options.protocol;
    this.ordered = options.ordered;
    this.negotiated = options.negotiated;
    this.id = options.id;
    this.maxPacketLifeTime = options.maxPacketLifeTime;
    this.maxRetransmits = options.maxRetransmits;
    this.#packet = packet;
  }

  send(): void {
    this.observer?.onMessage(this.#packet);
  }

  close(): void {}
}
