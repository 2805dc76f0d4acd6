import type {
  BackendFactory,
  BackendOperation,
  ChannelBackend,
  ChannelOptions,
  ConnectionBackend,
  ConnectionConfiguration,
  ConnectionObserver,
  DescriptionType,
} from "../../seam/connection-backend.ts";
import { BrowserChannel } from "./browser-channel.ts";
import { closeGracefully } from "./closing.ts";

/** What a pair can carry at least, before the browsers have told each other: every browser takes messages of 64 kB. */
const SAFE_MESSAGE_SIZE = 65_536;

/** The browser's own `RTCPeerConnection` below the seam: the default. Throws where there is none (Node, workers). */
export const browserBackend: BackendFactory = (configuration, observer) => new BrowserBackend(configuration, observer);

class BrowserBackend implements ConnectionBackend {
  readonly native: RTCPeerConnection;
  readonly #observer: ConnectionObserver;
  readonly #channels = new Set<RTCDataChannel>();
  #closed = false;

  constructor(configuration: ConnectionConfiguration, observer: ConnectionObserver) {
    if (typeof RTCPeerConnection === "undefined") throw new Error("there is no RTCPeerConnection here");
    this.native = new RTCPeerConnection(configuration as RTCConfiguration);
    this.#observer = observer;
    this.#listen();
  }

  get maxMessageSize(): number {
    return this.native.sctp?.maxMessageSize ?? SAFE_MESSAGE_SIZE;
  }

  createChannel(label: string, options: ChannelOptions): ChannelBackend {
    const { negotiated, id, ordered, maxPacketLifeTime, maxRetransmits, protocol } = options;
    const init: RTCDataChannelInit = { negotiated, ordered, protocol };
    // A key that is present with `undefined` or `null` is not the same as one that is absent.
    if (id !== null) init.id = id;
    if (maxPacketLifeTime !== null) init.maxPacketLifeTime = maxPacketLifeTime;
    if (maxRetransmits !== null) init.maxRetransmits = maxRetransmits;
    return this.#adopt(this.native.createDataChannel(label, init));
  }

  createOffer(): void {
    this.#settle("createOffer", this.#offer());
  }

  setLocalDescription(type: DescriptionType, sdp: string): void {
    this.#settle("setLocalDescription", this.native.setLocalDescription({ type, sdp }));
  }

  setRemoteDescription(type: DescriptionType, sdp: string): void {
    const applied = this.native.setRemoteDescription({ type, sdp });
    this.#settle("setRemoteDescription", type === "offer" ? applied.then(() => this.#answer()) : applied);
  }

  addIceCandidate(media: string, index: number, name: string): void {
    // The section is named by its mid. The number is only for those who know none: a wrong one must not spoil a right mid.
    const section = media === "" ? { sdpMLineIndex: index } : { sdpMid: media };
    this.#settle("addIceCandidate", this.native.addIceCandidate({ candidate: name, ...section }));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.native.onicecandidate = null;
    this.native.ondatachannel = null;
    this.native.onicegatheringstatechange = null;
    this.native.onsignalingstatechange = null;
    for (const channel of this.#channels) {
      channel.onopen = channel.onmessage = channel.onclosing = channel.onbufferedamountlow = null;
    }
    closeGracefully(this.native, [...this.#channels]);
    this.#channels.clear();
  }

  #listen(): void {
    const { native } = this;
    native.onicecandidate = ({ candidate }) => {
      if (candidate === null || candidate.candidate === "") return;
      this.#observer.onIceCandidate(candidate.sdpMid ?? "", candidate.sdpMLineIndex ?? 0, candidate.candidate);
    };
    native.ondatachannel = ({ channel }) => {
      const adopted = this.#adopt(channel);
      this.#observer.onChannel(adopted);
      // Browsers say "open" in a later task, if the channel is not open by now.
      if (channel.readyState === "open") adopted.observer?.onOpen();
    };
    native.onconnectionstatechange = () => this.#observer.onConnectionState(native.connectionState);
    native.onicegatheringstatechange = () => this.#observer.onGatheringState(native.iceGatheringState);
    native.onsignalingstatechange = () => this.#observer.onSignalingState(native.signalingState);
  }

  #adopt(channel: RTCDataChannel): BrowserChannel {
    this.#channels.add(channel);
    return new BrowserChannel(channel, () => this.maxMessageSize);
  }

  async #offer(): Promise<void> {
    const { sdp } = await this.native.createOffer();
    if (!this.#closed) this.#observer.onDescription("offer", sdp ?? "");
  }

  async #answer(): Promise<void> {
    const { sdp } = await this.native.createAnswer();
    if (!this.#closed) this.#observer.onDescription("answer", sdp ?? "");
  }

  #settle(operation: BackendOperation, done: Promise<void>): void {
    done.catch((error: unknown) => {
      if (!this.#closed)
        this.#observer.onOperationFailed(operation, error instanceof Error ? error.message : String(error));
    });
  }
}
