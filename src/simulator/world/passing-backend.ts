import type {
  ChannelBackend,
  ChannelFacts,
  ChannelObserver,
  ChannelOptions,
  ConnectionBackend,
  ConnectionObserver,
  DescriptionType,
} from "../../seam/connection-backend.ts";

/** A backend that does what another does. Who listens in on the seam, or meddles, overrides what they care for. */
export class PassingConnection implements ConnectionBackend {
  readonly #backend: ConnectionBackend;
  readonly restartIce?: ConnectionBackend["restartIce"];

  constructor(backend: ConnectionBackend) {
    this.#backend = backend;
    if (backend.restartIce !== undefined) this.restartIce = (configuration) => backend.restartIce?.(configuration);
  }

  get native(): unknown {
    return this.#backend.native;
  }

  get maxMessageSize(): number {
    return this.#backend.maxMessageSize;
  }

  createChannel(label: string, options: ChannelOptions): ChannelBackend {
    return this.#backend.createChannel(label, options);
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

/** As `PassingConnection`, one of its channels. */
export class PassingChannel implements ChannelBackend {
  readonly #backend: ChannelBackend;
  #observer: ChannelObserver | null = null;

  constructor(backend: ChannelBackend) {
    this.#backend = backend;
  }

  get facts(): ChannelFacts {
    return this.#backend.facts;
  }

  get observer(): ChannelObserver | null {
    return this.#observer;
  }

  set observer(observer: ChannelObserver | null) {
    this.#observer = observer;
    this.#backend.observer = observer && {
      onOpen: () => observer.onOpen(),
      onMessage: (data) => this.tell(data, observer),
      onClosing: () => observer.onClosing(),
      onClosed: () => observer.onClosed(),
      onBufferedAmountLow: () => observer.onBufferedAmountLow(),
    };
  }

  send(data: Uint8Array | string): void {
    this.#backend.send(data);
  }

  close(): void {
    this.#backend.close();
  }

  /** A message has come up to the seam. */
  protected tell(data: ArrayBuffer | string, observer: ChannelObserver): void {
    observer.onMessage(data);
  }
}

/** An observer that hears what another does, but for the channels that the far side makes: those `wrap` makes other ones of. */
export function passing(
  observer: ConnectionObserver,
  wrap: (channel: ChannelBackend) => ChannelBackend,
): ConnectionObserver {
  return {
    onDescription: (type, sdp) => observer.onDescription(type, sdp),
    onIceCandidate: (media, index, name) => observer.onIceCandidate(media, index, name),
    onChannel: (channel) => observer.onChannel(wrap(channel)),
    onConnectionState: (state) => observer.onConnectionState(state),
    onGatheringState: (state) => observer.onGatheringState(state),
    onSignalingState: (state) => observer.onSignalingState(state),
    onOperationFailed: (operation, reason) => observer.onOperationFailed(operation, reason),
  };
}
