import type {
  BackendConnectionState,
  BackendFactory,
  ChannelBackend,
  ChannelFacts,
  ChannelObserver,
  ChannelOptions,
  ConnectionBackend,
  ConnectionObserver,
} from "../../src/seam/connection-backend.ts";
import { SendError } from "../../src/seam/connection-backend.ts";

/** A channel that goes nowhere: what is sent is kept, what arrives is told by the test. */
export class FakeChannel implements ChannelBackend {
  readonly facts: ChannelFacts;
  observer: ChannelObserver | null = null;
  readonly sent: Uint8Array[] = [];
  isOpen = false;

  constructor(label: string, options: ChannelOptions) {
    this.facts = { ...options, label, bufferedAmount: 0, bufferedAmountLowThreshold: 0 };
  }

  send(data: Uint8Array | string): void {
    if (!this.isOpen) throw new SendError("not-open", "the channel is not open");
    if (typeof data !== "string") this.sent.push(data.slice());
  }

  open(): void {
    this.isOpen = true;
    this.observer?.onOpen();
  }

  receive(...bytes: number[]): void {
    this.observer?.onMessage(new Uint8Array(bytes).buffer);
  }

  close(): void {
    this.isOpen = false;
  }

  /** As when the far side closes it. */
  closeByPeer(): void {
    this.isOpen = false;
    this.observer?.onClosing();
    this.observer?.onClosed();
  }
}

/** A backend whose far side is the test. */
export class FakeBackend implements ConnectionBackend {
  readonly native = null;
  readonly maxMessageSize = 262_144;
  readonly channels: FakeChannel[] = [];
  closed = false;
  readonly #observer: ConnectionObserver;

  constructor(observer: ConnectionObserver) {
    this.#observer = observer;
  }

  createChannel(label: string, options: ChannelOptions): FakeChannel {
    const channel = new FakeChannel(label, options);
    this.channels.push(channel);
    return channel;
  }

  createOffer(): void {}
  setLocalDescription(): void {}
  setRemoteDescription(): void {}
  addIceCandidate(): void {}

  close(): void {
    this.closed = true;
    for (const channel of this.channels) channel.close();
  }

  state(state: BackendConnectionState): void {
    if (!this.closed) this.#observer.onConnectionState(state);
  }

  /** Tells a local candidate. */
  candidate(): void {
    this.#observer.onIceCandidate("0", 0, "candidate:0");
  }

  /** Connected, with every channel open. */
  open(): void {
    this.state("connected");
    for (const channel of this.channels) channel.open();
  }

  /** As when the far side closes the connection: all channels close, the state changes much later. */
  closeByPeer(): void {
    for (const channel of this.channels) channel.closeByPeer();
  }
}

/** A factory that remembers what it made, oldest first. */
export function fakeBackends(): { readonly factory: BackendFactory; readonly made: FakeBackend[] } {
  const made: FakeBackend[] = [];
  return {
    made,
    factory: (_configuration, observer) => {
      const backend = new FakeBackend(observer);
      made.push(backend);
      return backend;
    },
  };
}
