import type {
  BackendConnectionState,
  BackendGatheringState,
  BackendOperation,
  BackendSignalingState,
  ChannelBackend,
  ConnectionObserver,
} from "../../seam/connection-backend.ts";
import { HeldEvents } from "../../seam/held-events.ts";

/**
 * Between a connection and simple-peer, which applies each description as soon as it has made it. What comes of that is kept back
 * until the caller applies it too: so candidates and states come when the seam says they do.
 */
export class DelayedObserver implements ConnectionObserver {
  #observer: ConnectionObserver | null;
  readonly #held = new HeldEvents();
  #hasFailed = false;

  constructor(observer: ConnectionObserver) {
    this.#observer = observer;
  }

  /** Whether a description is being made, or has been made and not yet been applied by the caller. */
  get isHolding(): boolean {
    return this.#held.isHolding;
  }

  hold(): void {
    this.#held.hold();
  }

  /** Tells what was kept back, right after the call that this is part of. */
  release(): void {
    this.#held.release();
  }

  /** Tells that the connection has failed, and no state after that. */
  fail(): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#observer?.onConnectionState("failed");
  }

  /** Tells nothing from now on. */
  end(): void {
    this.#observer = null;
  }

  onDescription(type: "offer" | "answer", sdp: string): void {
    this.#observer?.onDescription(type, sdp);
  }

  onIceCandidate(media: string, index: number, name: string): void {
    this.#held.tell(() => this.#observer?.onIceCandidate(media, index, name));
  }

  onChannel(channel: ChannelBackend): void {
    this.#observer?.onChannel(channel);
  }

  onConnectionState(state: BackendConnectionState): void {
    if (state === "failed") this.fail();
    else this.#held.tell(() => this.#hasFailed || this.#observer?.onConnectionState(state));
  }

  onGatheringState(state: BackendGatheringState): void {
    this.#held.tell(() => this.#observer?.onGatheringState(state));
  }

  onSignalingState(state: BackendSignalingState): void {
    // This one comes of the far side's description.
    if (state === "have-remote-offer") this.#observer?.onSignalingState(state);
    else this.#held.tell(() => this.#observer?.onSignalingState(state));
  }

  onOperationFailed(operation: BackendOperation, reason: string): void {
    this.#observer?.onOperationFailed(operation, reason);
  }
}
