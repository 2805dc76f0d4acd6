import type {
  BackendConnectionState,
  BackendFactory,
  BackendGatheringState,
  BackendOperation,
  BackendSignalingState,
  ChannelBackend,
  ConnectionBackend,
  ConnectionConfiguration,
  ConnectionObserver,
} from "../../seam/connection-backend.ts";
import type { PathProblem } from "../../seam/pair-paths.ts";
import { DirectTwin } from "./direct-twin.ts";
import { optionsOf } from "./options-of.ts";
import type { PathChannel } from "./path-channel.ts";

/** What a direct way tells the connection that it is part of. */
export interface DirectWayOwner {
  /** As a `PathChannelOwner`'s. */
  hold(bytes: number): boolean;
  described(way: DirectWay, type: "offer" | "answer", sdp: string): void;
  foundCandidate(way: DirectWay, media: string, index: number, name: string): void;
  /** The far side made a channel. */
  received(way: DirectWay, twin: DirectTwin): void;
  enteredState(way: DirectWay, state: BackendConnectionState): void;
  enteredGathering(way: DirectWay, state: BackendGatheringState): void;
  enteredSignaling(way: DirectWay, state: BackendSignalingState): void;
  operationFailed(way: DirectWay, operation: BackendOperation, reason: string): void;
}

/** One try to go the direct way: a connection of the backend for that, and the channels on it. */
export class DirectWay implements ConnectionObserver {
  /** 1: the connection's own; later ones are searches. */
  readonly search: number;
  readonly backend: ConnectionBackend;
  /** "connected" once a channel has opened: until then it can break without anybody having noticed. */
  state: BackendConnectionState = "new";
  #backendState: BackendConnectionState = "new";
  #isOpen = false;
  /** Candidates of the far side, those in its description counted as one. */
  farCandidates = 0;
  /** Which channel of the far side's making is which one on the relay, by its id here, as far as that side has said so. */
  readonly same = new Map<number, number>();
  /** `null` once this is given up. */
  #owner: DirectWayOwner | null;
  /** Channels of the far side's making that were not found to be one of the relay's yet. */
  readonly #unknown = new Map<ChannelBackend, DirectTwin>();

  constructor(search: number, make: BackendFactory, configuration: ConnectionConfiguration, owner: DirectWayOwner) {
    this.search = search;
    this.#owner = owner;
    this.backend = make(configuration, this);
  }

  /** Makes the twin of a channel. Throws as `createChannel`. */
  addTwin(channel: PathChannel): void {
    channel.setDirect(this.#twin(this.backend.createChannel(channel.facts.label, optionsOf(channel))));
  }

  /** The twin of a channel of the far side's making, which has that id here. */
  takeUnknown(id: number): DirectTwin | null {
    for (const [backend, twin] of this.#unknown) {
      if (backend.facts.id !== id) continue;
      this.#unknown.delete(backend);
      return twin;
    }
    return null;
  }

  /** All that were not taken. */
  takeAllUnknown(): DirectTwin[] {
    const twins = [...this.#unknown.values()];
    this.#unknown.clear();
    return twins;
  }

  setRemoteDescription(type: "offer" | "answer" | "pranswer" | "rollback", sdp: string): void {
    if (/^a=candidate:/m.test(sdp)) this.farCandidates += 1;
    this.backend.setRemoteDescription(type, sdp);
  }

  addIceCandidate(media: string, index: number, name: string): void {
    this.farCandidates += 1;
    this.backend.addIceCandidate(media, index, name);
  }

  /** What this way's end, or not having opened so far, means. */
  get problem(): PathProblem {
    if (this.farCandidates === 0) return "no-candidates";
    return this.state === "failed" || this.state === "closed" ? "ice-failed" : "timeout";
  }

  close(): void {
    this.#owner = null;
    for (const twin of this.takeAllUnknown()) twin.release();
    this.backend.close();
  }

  onDescription(type: "offer" | "answer", sdp: string): void {
    this.#owner?.described(this, type, sdp);
  }

  onIceCandidate(media: string, index: number, name: string): void {
    this.#owner?.foundCandidate(this, media, index, name);
  }

  onChannel(channel: ChannelBackend): void {
    this.#opened();
    const twin = this.#twin(channel);
    this.#unknown.set(channel, twin);
    this.#owner?.received(this, twin);
  }

  onConnectionState(state: BackendConnectionState): void {
    this.#backendState = state;
    this.#enter(state === "connected" && !this.#isOpen ? "connecting" : state);
  }

  onGatheringState(state: BackendGatheringState): void {
    this.#owner?.enteredGathering(this, state);
  }

  onSignalingState(state: BackendSignalingState): void {
    this.#owner?.enteredSignaling(this, state);
  }

  onOperationFailed(operation: BackendOperation, reason: string): void {
    this.#owner?.operationFailed(this, operation, reason);
  }

  #twin(channel: ChannelBackend): DirectTwin {
    return new DirectTwin(
      channel,
      (bytes) => void this.#owner?.hold(bytes),
      () => this.#opened(),
    );
  }

  #opened(): void {
    this.#isOpen = true;
    this.#enter(this.#backendState);
  }

  #enter(state: BackendConnectionState): void {
    if (state === this.state) return;
    this.state = state;
    this.#owner?.enteredState(this, state);
  }
}
