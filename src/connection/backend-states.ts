import type {
  BackendConnectionState,
  BackendGatheringState,
  BackendSignalingState,
} from "../seam/connection-backend.ts";
import { ConnectionState, GatheringState, SignalingState } from "./connection-state.ts";

/** The W3C's words, in which backends speak, as Godot's numbers. */
export const CONNECTION_STATES: Record<BackendConnectionState, ConnectionState> = {
  new: ConnectionState.NEW,
  connecting: ConnectionState.CONNECTING,
  connected: ConnectionState.CONNECTED,
  disconnected: ConnectionState.DISCONNECTED,
  failed: ConnectionState.FAILED,
  closed: ConnectionState.CLOSED,
};

export const GATHERING_STATES: Record<BackendGatheringState, GatheringState> = {
  new: GatheringState.NEW,
  gathering: GatheringState.GATHERING,
  complete: GatheringState.COMPLETE,
};

export const SIGNALING_STATES: Record<BackendSignalingState, SignalingState> = {
  stable: SignalingState.STABLE,
  "have-local-offer": SignalingState.HAVE_LOCAL_OFFER,
  "have-remote-offer": SignalingState.HAVE_REMOTE_OFFER,
  "have-local-pranswer": SignalingState.HAVE_LOCAL_PRANSWER,
  "have-remote-pranswer": SignalingState.HAVE_REMOTE_PRANSWER,
  closed: SignalingState.CLOSED,
};
