import { reasonOf } from "../../base/diagnostics.ts";
import { MAX_MESSAGE_SIZE, SAFE_MESSAGE_SIZE } from "../../seam/bounds.ts";
import type {
  BackendFactory,
  BackendOperation,
  ChannelBackend,
  ChannelOptions,
  ConnectionBackend,
  ConnectionObserver,
  DescriptionType,
} from "../../seam/connection-backend.ts";
import { BrowserChannel } from "./browser-channel.ts";
import { closeGracefully } from "./closing.ts";
import { descriptionWith } from "./description-with.ts";

/** The browser's own `RTCPeerConnection` below the seam: the default. Throws where there is none (Node, workers). */
export const browserBackend: BackendFactory = (configuration, observer) => {
  const native = new RTCPeerConnection(configuration as RTCConfiguration);
  const backend = new BrowserBackend(native, observer);
  native.onicecandidate = ({ candidate }) => backend.tellCandidate(candidate);
  backend.restartIce = (changes) => {
    try {
      if (changes) native.setConfiguration({ ...native.getConfiguration(), ...(changes as RTCConfiguration) });
    } catch {
      // Those of before stay.
    }
    // Firefox keeps one path beside that of an offer: a second one that is never answered would cost it the path that carries.
    // An answer may be on its way to it already, and leaves nothing to take back.
    if (native.signalingState === "have-local-offer") native.setLocalDescription({ type: "rollback" }).catch(() => {});
    native.restartIce();
  };
  return backend;
};

/** An `RTCPeerConnection` below the seam, whoever made it. Who made it tells its candidates by `tellCandidate`. */
export class BrowserBackend implements ConnectionBackend {
  readonly native: RTCPeerConnection;
  /** Set by who made it, where whoever negotiates for it can do that. */
  restartIce?: ConnectionBackend["restartIce"];
  readonly #end: () => void;
  /** `null` once this is closed: nothing is told from then on. */
  #observer: ConnectionObserver | null;
  readonly #channels = new Set<BrowserChannel>();
  #told: RTCPeerConnectionState = "new";
  /** The far side's description until this task ends, or something else is asked for: candidates come right after it. */
  #arrived: { readonly type: DescriptionType; sdp: string } | null = null;

  /** `end`: closes the connection for good, now that its channels are empty. */
  constructor(native: RTCPeerConnection, observer: ConnectionObserver, end: () => void = () => native.close()) {
    this.native = native;
    this.#observer = observer;
    this.#end = end;
    // Whoever made it may have handlers of their own, but in-band channels are for us alone.
    native.ondatachannel = ({ channel }) => {
      const adopted = this.#adopt(channel);
      this.#observer?.onChannel(adopted);
      // It is open already, and its event of that name comes in a later task: the observer is to know before.
      if (channel.readyState === "open") adopted.tellOpen();
    };
    native.addEventListener("connectionstatechange", () => this.#tellState(native.connectionState));
    native.addEventListener("icegatheringstatechange", () =>
      this.#observer?.onGatheringState(native.iceGatheringState),
    );
    native.addEventListener("signalingstatechange", () => this.#observer?.onSignalingState(native.signalingState));
  }

  get maxMessageSize(): number {
    return Math.min(this.native.sctp?.maxMessageSize ?? SAFE_MESSAGE_SIZE, MAX_MESSAGE_SIZE);
  }

  createChannel(label: string, options: ChannelOptions): ChannelBackend {
    // Browsers read `null` as 0: what is not set must be absent.
    const set = Object.entries(options).filter(([, value]) => value !== null);
    return this.#adopt(this.native.createDataChannel(label, Object.fromEntries(set)));
  }

  createOffer(): void {
    this.#takeArrived();
    this.settle("createOffer", this.#describe("offer", this.native.createOffer()));
  }

  setLocalDescription(type: DescriptionType, sdp: string): void {
    this.#takeArrived();
    this.settle("setLocalDescription", this.native.setLocalDescription({ type, sdp }));
  }

  setRemoteDescription(type: DescriptionType, sdp: string): void {
    this.#takeArrived();
    this.#arrived = { type, sdp };
    queueMicrotask(() => this.#takeArrived());
  }

  addIceCandidate(media: string, index: number, name: string): void {
    const arrived = this.#arrived;
    const complete = arrived && descriptionWith(arrived.sdp, media, index, name);
    if (complete) {
      arrived.sdp = complete;
      return;
    }
    this.#takeArrived();
    // The section is named by its mid. The number is only for those who know none: a wrong one must not spoil a right mid.
    const section = media === "" ? { sdpMLineIndex: index } : { sdpMid: media };
    this.settle("addIceCandidate", this.native.addIceCandidate({ candidate: name, ...section }));
  }

  tellCandidate(candidate: RTCIceCandidateInit | null): void {
    if (candidate?.candidate)
      this.#observer?.onIceCandidate(candidate.sdpMid ?? "", candidate.sdpMLineIndex ?? 0, candidate.candidate);
  }

  close(): void {
    if (this.#observer === null) return;
    this.#observer = null;
    this.#arrived = null;
    for (const channel of this.#channels) channel.observer = null;
    closeGracefully(this.native, this.#channels, this.#end);
    this.#channels.clear();
  }

  #adopt(channel: RTCDataChannel): BrowserChannel {
    const adopted = new BrowserChannel(channel, () => this.maxMessageSize);
    this.#channels.add(adopted);
    // A far side may make and close channels for as long as the connection lasts.
    channel.addEventListener("close", () => this.#channels.delete(adopted));
    // Chromium says "connected" some 30 ms after the channels are open, and at times "connecting" not before, either.
    channel.addEventListener("open", () => this.#tellState("connected"));
    return adopted;
  }

  #tellState(state: RTCPeerConnectionState): void {
    if (state === this.#told || (state === "connecting" && this.#told !== "new")) return;
    if (state === "connected" && this.#told === "new") this.#tellState("connecting");
    this.#told = state;
    this.#observer?.onConnectionState(state);
  }

  #takeArrived(): void {
    const arrived = this.#arrived;
    if (arrived === null) return;
    this.#arrived = null;
    const applied = this.native.setRemoteDescription(arrived);
    const answered =
      arrived.type === "offer" ? applied.then(() => this.#describe("answer", this.native.createAnswer())) : applied;
    this.settle("setRemoteDescription", answered);
  }

  async #describe(type: "offer" | "answer", made: Promise<RTCSessionDescriptionInit>): Promise<void> {
    const { sdp } = await made;
    this.#observer?.onDescription(type, sdp ?? "");
  }

  /** Tells of an operation that fails. */
  protected settle(operation: BackendOperation, done: Promise<void>): void {
    done.catch((error: unknown) => this.#observer?.onOperationFailed(operation, reasonOf(error)));
  }
}
