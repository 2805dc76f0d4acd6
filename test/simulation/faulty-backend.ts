import type {
  BackendFactory,
  ChannelBackend,
  ChannelObserver,
  ChannelOptions,
  ConnectionBackend,
  ConnectionObserver,
} from "../../src/seam/connection-backend.ts";
import type { VirtualConnection } from "../../src/simulator/network/virtual-connection.ts";
import { PassingChannel, PassingConnection } from "../../src/simulator/world/passing-backend.ts";

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

class MeddledConnection extends PassingConnection {
  readonly #meddling: Meddling;

  constructor(backend: ConnectionBackend, meddling: Meddling) {
    super(backend);
    this.#meddling = meddling;
  }

  override createChannel(label: string, options: ChannelOptions): ChannelBackend {
    return new MeddledChannel(super.createChannel(label, options), this.#meddling);
  }

  override createOffer(): void {
    if (this.#meddling.offers?.() !== false) super.createOffer();
  }

  override close(): void {
    this.#meddling.closes?.(this.native as VirtualConnection);
    super.close();
  }
}

class MeddledChannel extends PassingChannel {
  readonly #meddling: Meddling;

  constructor(backend: ChannelBackend, meddling: Meddling) {
    super(backend);
    this.#meddling = meddling;
  }

  protected override tell(data: Data, observer: ChannelObserver): void {
    const { message } = this.#meddling;
    if (message === undefined) super.tell(data, observer);
    else message(this.facts.id ?? -1, data, (told) => super.tell(told, observer), this);
  }
}
