import type {
  BackendConnectionState,
  BackendGatheringState,
  BackendOperation,
  BackendSignalingState,
  ChannelBackend,
  ConnectionObserver,
} from "../../seam/connection-backend.ts";

/**
 * Between a connection and simple-peer, which applies each description as soon as it has made it. What comes of that is kept back
 * until the caller applies it too: so candidates and states come when the seam says they do.
 */
export class DelayedObserver implements ConnectionObserver {
  #observer: ConnectionObserver | null;
  /** What is kept back; `null` while everything is told at once. */
  #held: (() => void)[] | null = null;
  #hasFailed = false;

  constructor(observer: ConnectionObserver) {
    this.#observer = observer;
  }

  /** Whether a description is being made, or has been made and not yet been applied by the caller. */
  get isHolding(): boolean {
    return this.#held !== null;
  }

  hold(): void {
    this.#held ??= [];
  }

  /** Tells what was kept back, right after the call that this is part of. */
  release(): void {
    const held = this.#held ?? [];
    this.#held = null;
    queueMicrotask(() => {
      for (const tell of held) tell();
    });
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
    this.#whenApplied(() => this.#observer?.onIceCandidate(media, index, name));
  }

  onChannel(channel: ChannelBackend): void {
    this.#observer?.onChannel(channel);
  }

  onConnectionState(state: BackendConnectionState): void {
    if (state === "failed") this.fail();
    else this.#whenApplied(() => this.#hasFailed || this.#observer?.onConnectionState(state));
  }

  onGatheringState(state: BackendGatheringState): void {
    this.#whenApplied(() => this.#observer?.onGatheringState(state));
  }

  onSignalingState(state: BackendSignalingState): void {
    // This one comes of the far side's description.
    if (state === "have-remote-offer") this.#observer?.onSignalingState(state);
    else this.#whenApplied(() => this.#observer?.onSignalingState(state));
  }

  onOperationFailed(operation: BackendOperation, reason: string): void {
    this.#observer?.onOperationFailed(operation, reason);
  }

  #whenApplied(tell: () => void): void {
    if (this.#held === null) tell();
    else this.#held.push(tell);
  }
}
