import { type ConnectionConfiguration, type ErrorCode, WebRTCPeerConnection } from "tickmesh";
import { type Milestones, watch } from "./milestones.ts";

/** The library's connection, watched by what the browser says of the one below it. */
export class WatchedConnection extends WebRTCPeerConnection {
  times: Milestones | null = null;

  override initialize(configuration?: ConnectionConfiguration): ErrorCode {
    const error = super.initialize(configuration);
    const native = this.getNative();
    if (native instanceof RTCPeerConnection) this.times = watch(native);
    return error;
  }
}
