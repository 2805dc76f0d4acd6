import { reasonOf } from "../../base/diagnostics.ts";
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
  /** `null` once this is closed: nothing is told from then on. */
  #observer: ConnectionObserver | null;
  readonly #channels = new Map<RTCDataChannel, BrowserChannel>();
  #told: RTCPeerConnectionState = "new";

  constructor(configuration: ConnectionConfiguration, observer: ConnectionObserver) {
    if (typeof RTCPeerConnection === "undefined") throw new Error("there is no RTCPeerConnection here");
    const native = new RTCPeerConnection(configuration as RTCConfiguration);
    this.native = native;
    this.#observer = observer;
    native.onicecandidate = ({ candidate }) => {
      if (candidate?.candidate)
        this.#observer?.onIceCandidate(candidate.sdpMid ?? "", candidate.sdpMLineIndex ?? 0, candidate.candidate);
    };
    native.ondatachannel = ({ channel }) => {
      const adopted = this.#adopt(channel);
      this.#observer?.onChannel(adopted);
      // It is open already, and its event of that name comes in a later task: the observer is to know before.
      if (channel.readyState === "open") adopted.tellOpen();
    };
    native.onconnectionstatechange = () => this.#tellState(native.connectionState);
    native.onicegatheringstatechange = () => this.#observer?.onGatheringState(native.iceGatheringState);
    native.onsignalingstatechange = () => this.#observer?.onSignalingState(native.signalingState);
  }

  get maxMessageSize(): number {
    return this.native.sctp?.maxMessageSize ?? SAFE_MESSAGE_SIZE;
  }

  createChannel(label: string, options: ChannelOptions): ChannelBackend {
    // Browsers read `null` as 0: what is not set must be absent.
    const set = Object.entries(options).filter(([, value]) => value !== null);
    return this.#adopt(this.native.createDataChannel(label, Object.fromEntries(set)));
  }

  createOffer(): void {
    this.#settle("createOffer", this.#describe("offer", this.native.createOffer()));
  }

  setLocalDescription(type: DescriptionType, sdp: string): void {
    this.#settle("setLocalDescription", this.native.setLocalDescription({ type, sdp }));
  }

  setRemoteDescription(type: DescriptionType, sdp: string): void {
    const applied = this.native.setRemoteDescription({ type, sdp });
    const answered =
      type === "offer" ? applied.then(() => this.#describe("answer", this.native.createAnswer())) : applied;
    this.#settle("setRemoteDescription", answered);
  }

  addIceCandidate(media: string, index: number, name: string): void {
    // The section is named by its mid. The number is only for those who know none: a wrong one must not spoil a right mid.
    const section = media === "" ? { sdpMLineIndex: index } : { sdpMid: media };
    this.#settle("addIceCandidate", this.native.addIceCandidate({ candidate: name, ...section }));
  }

  close(): void {
    if (this.#observer === null) return;
    this.#observer = null;
    for (const channel of this.#channels.values()) channel.observer = null;
    closeGracefully(this.native, this.#channels.keys());
    this.#channels.clear();
  }

  #adopt(channel: RTCDataChannel): BrowserChannel {
    const adopted = new BrowserChannel(channel, () => this.maxMessageSize);
    this.#channels.set(channel, adopted);
    // A far side may make and close channels for as long as the connection lasts.
    channel.addEventListener("close", () => this.#channels.delete(channel));
    // Chromium says "connected" some 30 ms after the channels are open, and "connecting" even then.
    channel.addEventListener("open", () => this.#tellState("connected"));
    return adopted;
  }

  #tellState(state: RTCPeerConnectionState): void {
    if (state === this.#told || (state === "connecting" && this.#told === "connected")) return;
    this.#told = state;
    this.#observer?.onConnectionState(state);
  }

  async #describe(type: "offer" | "answer", made: Promise<RTCSessionDescriptionInit>): Promise<void> {
    const { sdp } = await made;
    this.#observer?.onDescription(type, sdp ?? "");
  }

  #settle(operation: BackendOperation, done: Promise<void>): void {
    done.catch((error: unknown) => this.#observer?.onOperationFailed(operation, reasonOf(error)));
  }
}
