import type { BackendFactory } from "../../src/seam/connection-backend.ts";

/** A backend that finds no way, as between two networks that let nothing through: its candidates are those of nowhere. */
export function blocked(create: BackendFactory, isBlocked: () => boolean = () => true): BackendFactory {
  return (configuration, observer) =>
    create(configuration, {
      onDescription: (type, sdp) => observer.onDescription(type, sdp),
      onIceCandidate: (...candidate) => {
        if (!isBlocked()) observer.onIceCandidate(...candidate);
      },
      onChannel: (channel) => observer.onChannel(channel),
      onConnectionState: (state) => observer.onConnectionState(state),
      onGatheringState: (state) => observer.onGatheringState(state),
      onSignalingState: (state) => observer.onSignalingState(state),
      onOperationFailed: (operation, reason) => observer.onOperationFailed(operation, reason),
    });
}
