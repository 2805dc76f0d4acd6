import type {
  BackendFactory,
  ChannelOptions,
  ConnectionBackend,
  ConnectionConfiguration,
  ConnectionObserver,
  DescriptionType,
} from "../../src/seam/connection-backend.ts";
import { FakeChannel } from "./fake-backend.ts";

/** Backends that connect to each other, in one process: a pair opens once each has the other's description and a candidate. */
export class FakeNetwork {
  /** Made so far, oldest first. */
  readonly made: FakeLink[] = [];
  /** Candidates that a backend gathers. */
  candidatesEach = 2;
  /** While false, backends never finish gathering. */
  gathersAll = true;
  /** While false, nothing opens. */
  opens = true;
  /** While false, backends that are made know no ICE restart. */
  restarts = true;

  readonly factory: BackendFactory = (configuration, observer) => {
    const link = new FakeLink(this, this.made.length, configuration, observer);
    this.made.push(link);
    return link;
  };
}

export class FakeLink implements ConnectionBackend {
  readonly native = null;
  readonly maxMessageSize = 262_144;
  configuration: ConnectionConfiguration;
  readonly candidates: string[] = [];
  readonly channels: FakeChannel[] = [];
  isClosed = false;
  far: FakeLink | null = null;
  /** ICE restarts that this end began, and that both have been through. */
  restartsBegun = 0;
  restartsDone = 0;
  readonly restartIce?: ConnectionBackend["restartIce"];
  readonly #network: FakeNetwork;
  readonly #number: number;
  readonly #observer: ConnectionObserver;
  #isOpen = false;

  constructor(
    network: FakeNetwork,
    number: number,
    configuration: ConnectionConfiguration,
    observer: ConnectionObserver,
  ) {
    this.#network = network;
    this.#number = number;
    this.configuration = configuration;
    this.#observer = observer;
    if (!network.restarts) return;
    this.restartIce = (changes) => {
      this.restartsBegun += 1;
      this.configuration = { ...this.configuration, ...changes };
    };
  }

  createChannel(label: string, options: ChannelOptions): FakeChannel {
    const channel = new FakeChannel(label, options);
    this.channels.push(channel);
    return channel;
  }

  createOffer(): void {
    const which = this.restartsBegun === 0 ? "" : ` ${this.restartsBegun}`;
    this.#observer.onDescription("offer", `offer${which} of ${this.#number}`);
  }

  setLocalDescription(): void {
    for (let i = 0; i < this.#network.candidatesEach; i++) this.gather(i);
    if (this.#network.gathersAll) this.complete();
  }

  complete(): void {
    this.#observer.onGatheringState("complete");
  }

  gather(index: number): void {
    this.gatherLine(`candidate ${index} of ${this.#number}`);
  }

  gatherLine(line: string): void {
    this.#observer.onIceCandidate("0", 0, line);
  }

  setRemoteDescription(type: DescriptionType, sdp: string): void {
    const far = this.#network.made[Number(/ of (\d+)$/.exec(sdp)?.[1] ?? -1)];
    if (far === undefined) {
      this.#observer.onOperationFailed("setRemoteDescription", `nobody made ${sdp}`);
      return;
    }
    this.far = far;
    if (type === "offer") this.#observer.onDescription("answer", `answer of ${this.#number}`);
    if (this.#isOpen) this.#restarted(type);
    else this.#tryOpen();
  }

  addIceCandidate(_media: string, _index: number, name: string): void {
    this.candidates.push(name);
    this.#tryOpen();
  }

  /** As when packets stop arriving for good, for this end alone. */
  fail(): void {
    this.#observer.onConnectionState("failed");
  }

  /** As when packets stop arriving for some time, for both ends, until ICE has been restarted. */
  disconnect(): void {
    for (const end of this.#ends) end.#observer.onConnectionState("disconnected");
  }

  /** As when they arrive again. */
  connect(): void {
    for (const end of this.#ends) end.#observer.onConnectionState("connected");
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    for (const channel of this.channels) channel.close();
    if (this.#isOpen && this.far !== null && !this.far.isClosed) {
      for (const channel of this.far.channels) channel.closeByPeer();
    }
  }

  get #ends(): FakeLink[] {
    return this.far === null ? [this] : [this, this.far];
  }

  #restarted(type: DescriptionType): void {
    if (type !== "answer" || !this.#network.opens) return;
    for (const end of this.#ends) {
      end.restartsDone += 1;
      end.#observer.onConnectionState("connected");
    }
  }

  #tryOpen(): void {
    const { far } = this;
    if (far === null || far.far !== this || !this.#network.opens || this.isClosed || far.isClosed) return;
    if (this.candidates.length === 0 || far.candidates.length === 0 || this.#isOpen) return;
    this.#open();
    far.#open();
  }

  #open(): void {
    this.#isOpen = true;
    this.#observer.onConnectionState("connected");
    for (const channel of this.channels) channel.open();
  }
}
