import { diagnose, reasonOf } from "../../base/diagnostics.ts";
import { drawHex } from "../../base/draw-hex.ts";
import { type RandomSource, systemRandom } from "../../base/random.ts";
import { MAX_MESSAGE_SIZE } from "../../seam/bounds.ts";
import type {
  BackendFactory,
  BackendOperation,
  BackendSignalingState,
  ChannelOptions,
  ConnectionBackend,
  ConnectionObserver,
  DescriptionType,
} from "../../seam/connection-backend.ts";
import { iceAddresses } from "../../seam/ice-address.ts";
import type { RelayPipe } from "../../seam/relay-pipe.ts";
import type { RelayChannel } from "./relay-channel.ts";
import {
  lineName,
  nonceOfCandidate,
  nonceOfDescription,
  RELAY_MEDIA,
  relayCandidate,
  relayDescription,
} from "./relay-description.ts";
import { RelayLink } from "./relay-link.ts";

/**
 * Connections to `peerId` whose packets all go through `pipe`. Descriptions and candidates only say what the line is called; no
 * ICE server is asked.
 */
export function relayBackend(pipe: RelayPipe, peerId: number, random: RandomSource = systemRandom): BackendFactory {
  return (configuration, observer) => {
    // Not used, but a mistake is one here, too.
    iceAddresses(configuration.iceServers ?? []);
    return new RelayBackend(pipe, peerId, drawHex(random), observer);
  };
}

class RelayBackend implements ConnectionBackend {
  readonly maxMessageSize = MAX_MESSAGE_SIZE;
  readonly isRelayed = true;
  readonly native: RelayLink;
  readonly #pipe: RelayPipe;
  readonly #peerId: number;
  readonly #nonce: string;
  /** `null` once this is closed: nothing is told from then on. */
  #observer: ConnectionObserver | null;
  #signaling: BackendSignalingState = "stable";
  #hasGathered = false;
  /** Whether this side offered. */
  #isFirst = false;
  #farNonce: string | null = null;
  #hasChannels = false;
  #isConnecting = false;

  constructor(pipe: RelayPipe, peerId: number, nonce: string, observer: ConnectionObserver) {
    this.#pipe = pipe;
    this.#peerId = peerId;
    this.#nonce = nonce;
    this.#observer = observer;
    this.native = new RelayLink({
      onLineOpen: () => {
        this.#observer?.onConnectionState("connected");
        this.native.start(this.#isFirst);
      },
      onNote: () => {},
      onChannel: (channel) => this.#observer?.onChannel(channel),
      onDown: (fault) => {
        if (fault !== null) diagnose(`the relay's line to peer ${peerId} is down: ${fault}`);
        this.#observer?.onConnectionState(fault === null ? "closed" : "failed");
      },
    });
  }

  createChannel(label: string, options: ChannelOptions): RelayChannel {
    this.#hasChannels = true;
    return this.native.createChannel(label, options);
  }

  createOffer(): void {
    this.#attempt("createOffer", () => {
      if (this.#signaling !== "stable" && this.#signaling !== "have-local-offer") throw this.#wrongState();
      if (!this.#hasChannels) throw new Error("there is no channel to offer");
      this.#describe("offer");
    });
  }

  setLocalDescription(type: DescriptionType, sdp: string): void {
    this.#attempt("setLocalDescription", () => {
      if (type === "rollback") {
        if (this.#signaling !== "have-local-offer") throw this.#wrongState();
        return this.#enter("stable");
      }
      if (nonceOfDescription(sdp) !== this.#nonce) throw new Error("it is none that was made here");
      const isOffer = type === "offer";
      if (this.#signaling !== (isOffer ? "stable" : "have-remote-offer")) throw this.#wrongState();
      if (isOffer) this.#isFirst = true;
      this.#enter(isOffer ? "have-local-offer" : "stable");
      this.#gather();
      this.#connect();
    });
  }

  setRemoteDescription(type: DescriptionType, sdp: string): void {
    this.#attempt("setRemoteDescription", () => {
      const isOffer = type === "offer";
      if (this.#signaling !== (isOffer ? "stable" : "have-local-offer")) throw this.#wrongState();
      this.#farNonce = nonceOfDescription(sdp);
      this.#enter(isOffer ? "have-remote-offer" : "stable");
      if (isOffer) this.#describe("answer");
      this.#connect();
    });
  }

  addIceCandidate(media: string, index: number, name: string): void {
    this.#attempt("addIceCandidate", () => {
      if (this.#farNonce === null) throw new Error("there is no remote description");
      const isKnown = media === RELAY_MEDIA || (media === "" && index === 0);
      if (!isKnown || nonceOfCandidate(name) !== this.#farNonce)
        throw new Error("it is no candidate of that description's");
    });
  }

  close(): void {
    if (this.#observer === null) return;
    this.#observer = null;
    this.native.close();
  }

  #describe(type: "offer" | "answer"): void {
    this.#later((observer) => observer.onDescription(type, relayDescription(this.#nonce)));
  }

  #gather(): void {
    if (this.#hasGathered) return;
    this.#hasGathered = true;
    this.#later((observer) => {
      observer.onGatheringState("gathering");
      observer.onIceCandidate(RELAY_MEDIA, 0, relayCandidate(this.#nonce));
      observer.onGatheringState("complete");
    });
  }

  #connect(): void {
    if (this.#signaling !== "stable" || this.#farNonce === null || this.#isConnecting) return;
    this.#isConnecting = true;
    this.#later((observer) => observer.onConnectionState("connecting"));
    this.native.connect(this.#pipe, this.#peerId, lineName(this.#nonce, this.#farNonce));
  }

  #enter(state: BackendSignalingState): void {
    this.#signaling = state;
    this.#later((observer) => observer.onSignalingState(state));
  }

  #wrongState(): Error {
    return new Error(`not in state ${this.#signaling}`);
  }

  /** Not from inside the call that leads to it. */
  #later(tell: (observer: ConnectionObserver) => void): void {
    queueMicrotask(() => {
      if (this.#observer !== null) tell(this.#observer);
    });
  }

  #attempt(operation: BackendOperation, act: () => void): void {
    if (this.#observer === null) return;
    try {
      act();
    } catch (error) {
      this.#later((observer) => observer.onOperationFailed(operation, reasonOf(error)));
    }
  }
}
