import type {
  BackendFactory,
  ChannelBackend,
  ChannelObserver,
  ChannelOptions,
  ConnectionBackend,
} from "../../seam/connection-backend.ts";
import { PassingChannel, PassingConnection, passing } from "./passing-backend.ts";

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
    const wrap = (channel: ChannelBackend): ChannelBackend => new TappedChannel(channel, listener);
    const backend = factory(configuration, passing(observer, wrap));
    listener.made(backend);
    return new TappedConnection(backend, listener);
  };
}

class TappedConnection extends PassingConnection {
  readonly #listener: SeamListener;

  constructor(backend: ConnectionBackend, listener: SeamListener) {
    super(backend);
    this.#listener = listener;
  }

  override createChannel(label: string, options: ChannelOptions): ChannelBackend {
    return new TappedChannel(super.createChannel(label, options), this.#listener);
  }
}

class TappedChannel extends PassingChannel {
  readonly #listener: SeamListener;

  constructor(backend: ChannelBackend, listener: SeamListener) {
    super(backend);
    this.#listener = listener;
  }

  override send(data: Uint8Array | string): void {
    super.send(data);
    this.#listener.sent(this.facts.id ?? -1, data);
  }

  protected override tell(data: ArrayBuffer | string, observer: ChannelObserver): void {
    this.#listener.arrived(this.facts.id ?? -1, data);
    super.tell(data, observer);
  }
}
