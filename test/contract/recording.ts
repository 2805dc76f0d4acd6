import type {
  BackendOperation,
  ChannelBackend,
  ChannelFacts,
  ChannelObserver,
  ConnectionBackend,
  ConnectionObserver,
} from "../../src/seam/connection-backend.ts";

/** What one channel told, in order, and what it carried. */
export class ChannelRecord implements ChannelObserver {
  readonly backend: ChannelBackend;
  /** `"open"`, `"message"`, `"closing"`, `"closed"`, `"low"`. */
  readonly heard: string[] = [];
  readonly messages: (ArrayBuffer | string)[] = [];
  /** Done at once, inside the callback that told it. */
  react: ((what: string) => void) | null = null;
  readonly #owner: Recording;

  constructor(backend: ChannelBackend, owner: Recording) {
    this.backend = backend;
    this.#owner = owner;
    backend.observer = this;
  }

  get facts(): ChannelFacts {
    return this.backend.facts;
  }

  /** How often it was told. */
  count(what: string): number {
    return this.heard.filter((word) => word === what).length;
  }

  onOpen(): void {
    this.#note("open");
  }

  onMessage(data: ArrayBuffer | string): void {
    this.messages.push(data);
    this.#note("message");
  }

  onClosing(): void {
    this.#note("closing");
  }

  onClosed(): void {
    this.#note("closed");
  }

  onBufferedAmountLow(): void {
    this.#note("low");
  }

  #note(what: string): void {
    this.heard.push(what);
    this.#owner.note(`${this.facts.label}: ${what}`);
    this.react?.(what);
  }
}

/** What one backend told, in order. Only notes, as the seam asks of observers: the test acts on it later. */
export class Recording implements ConnectionObserver {
  /** `"offer"`, `"candidate"`, `"channel x"`, `"x: open"`, `"connection connected"`, `"failed createOffer"` and so on. */
  readonly heard: string[] = [];
  readonly descriptions: { readonly type: "offer" | "answer"; readonly sdp: string }[] = [];
  readonly candidates: { readonly media: string; readonly index: number; readonly name: string }[] = [];
  readonly failures: { readonly operation: BackendOperation; readonly reason: string }[] = [];
  /** Channels that the far side made in band. */
  readonly received: ChannelRecord[] = [];
  /** Told while a call on the backend was still running, which no duty asks for. */
  readonly toldInsideCalls: string[] = [];
  #runningCalls = 0;

  /** The words told of one kind: `states("signalling")` gives `["have-local-offer", "stable"]`. */
  states(kind: "connection" | "gathering" | "signalling"): string[] {
    return this.heard.filter((word) => word.startsWith(`${kind} `)).map((word) => word.slice(kind.length + 1));
  }

  onDescription(type: "offer" | "answer", sdp: string): void {
    this.descriptions.push({ type, sdp });
    this.note(type);
  }

  onIceCandidate(media: string, index: number, name: string): void {
    this.candidates.push({ media, index, name });
    this.note("candidate");
  }

  onChannel(channel: ChannelBackend): void {
    this.note(`channel ${channel.facts.label}`);
    this.received.push(new ChannelRecord(this.watch(channel), this));
  }

  onConnectionState(state: string): void {
    this.note(`connection ${state}`);
  }

  onGatheringState(state: string): void {
    this.note(`gathering ${state}`);
  }

  onSignalingState(state: string): void {
    this.note(`signalling ${state}`);
  }

  onOperationFailed(operation: BackendOperation, reason: string): void {
    this.failures.push({ operation, reason });
    this.note(`failed ${operation}`);
  }

  note(what: string): void {
    this.heard.push(what);
    if (this.#runningCalls > 0) this.toldInsideCalls.push(what);
  }

  /** The same object, but this recording knows while one of its methods runs. */
  watch<Watched extends ConnectionBackend | ChannelBackend>(target: Watched): Watched {
    return new Proxy(target, {
      get: (object, key) => {
        const value: unknown = Reflect.get(object, key, object);
        if (typeof value !== "function") return value;
        return (...args: unknown[]): unknown => {
          this.#runningCalls += 1;
          try {
            return value.apply(object, args);
          } finally {
            this.#runningCalls -= 1;
          }
        };
      },
      set: (object, key, value) => Reflect.set(object, key, value, object),
    });
  }
}
