import type {
  BackendFactory,
  ChannelBackend,
  ChannelObserver,
  ChannelOptions,
  ConnectionBackend,
  DescriptionType,
} from "../../seam/connection-backend.ts";

/** Who hears what passes the seam of one connection, either way. */
export interface SeamListener {
  /** The connection was made; nothing has passed yet. */
  made(backend: ConnectionBackend): void;
  sent(channelId: number, data: Uint8Array | string): void;
  arrived(channelId: number, data: ArrayBuffer | string): void;
}

/** A backend that does what another does, and tells what passes. */
export function tapped(factory: BackendFactory, listener: SeamListener): BackendFactory {
  return (configuration, observer) => {
    const backend = factory(configuration, {
      onDescription: (type, sdp) => observer.onDescription(type, sdp),
      onIceCandidate: (media, index, name) => observer.onIceCandidate(media, index, name),
      onChannel: (channel) => observer.onChannel(new TappedChannel(channel, listener)),
      onConnectionState: (state) => observer.onConnectionState(state),
      onGatheringState: (state) => observer.onGatheringState(state),
      onSignalingState: (state) => observer.onSignalingState(state),
      onOperationFailed: (operation, reason) => observer.onOperationFailed(operation, reason),
    });
    listener.made(backend);
    return new TappedConnection(backend, listener);
  };
}

class TappedConnection implements ConnectionBackend {
  readonly #backend: ConnectionBackend;
  readonly #listener: SeamListener;

  constructor(backend: ConnectionBackend, listener: SeamListener) {
    this.#backend = backend;
    this.#listener = listener;
  }

  get native(): unknown {
    return this.#backend.native;
  }

  get maxMessageSize(): number {
    return this.#backend.maxMessageSize;
  }

  createChannel(label: string, options: ChannelOptions): ChannelBackend {
    return new TappedChannel(this.#backend.createChannel(label, options), this.#listener);
  }

  createOffer(): void {
    this.#backend.createOffer();
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
    this.#backend.close();
  }
}

class TappedChannel implements ChannelBackend {
  readonly #backend: ChannelBackend;
  readonly #listener: SeamListener;
  #observer: ChannelObserver | null = null;

  constructor(backend: ChannelBackend, listener: SeamListener) {
    this.#backend = backend;
    this.#listener = listener;
  }

  get facts() {
    return this.#backend.facts;
  }

  get observer(): ChannelObserver | null {
    return this.#observer;
  }

  set observer(observer: ChannelObserver | null) {
    this.#observer = observer;
    this.#backend.observer =
      observer === null
        ? null
        : {
            onOpen: () => observer.onOpen(),
            onMessage: (data) => {
              this.#listener.arrived(this.facts.id ?? -1, data);
              observer.onMessage(data);
            },
            onClosing: () => observer.onClosing(),
            onClosed: () => observer.onClosed(),
            onBufferedAmountLow: () => observer.onBufferedAmountLow(),
          };
  }

  send(data: Uint8Array | string): void {
    this.#backend.send(data);
    this.#listener.sent(this.facts.id ?? -1, data);
  }

  close(): void {
    this.#backend.close();
  }
}
