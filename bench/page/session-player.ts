import { TransferMode, WebRTCMultiplayerPeer } from "tickmesh";
import { createDriver, type Driver } from "tickmesh/driver";
import {
  bytes,
  createSession,
  defineMessages,
  LeaveReason,
  message,
  type Session,
  type SessionLimits,
} from "tickmesh/session";
import { connectMesh, type Signaller } from "tickmesh/signalling";

const { RELIABLE, UNRELIABLE, UNRELIABLE_ORDERED } = TransferMode;

/** One message of each kind, its payload bytes as they are: what is compared carries no more. */
const messages = defineMessages({
  reliable: message({ payload: bytes(), mode: RELIABLE }),
  ordered: message({ payload: bytes(), mode: UNRELIABLE_ORDERED }),
  unreliable: message({ payload: bytes(), mode: UNRELIABLE }),
  bulk: message({ payload: bytes(), mode: RELIABLE, lane: "bulk" }),
});

export type BenchSession = Session<(typeof messages)["definitions"]>;

/** One player's session, as a game would have it, polled as soon as something has come. */
export class SessionPlayer {
  readonly peer = new WebRTCMultiplayerPeer();
  readonly session: BenchSession;
  readonly driver: Driver = createDriver({ mode: "wake" });
  /** Fulfilled when so many others are there. */
  readonly joined: Promise<void>;

  constructor(signaller: Signaller, others: number, limits: Partial<SessionLimits> = {}) {
    this.peer.createMesh(signaller.localId);
    connectMesh(this.peer, signaller);
    // No bound of a game's is measured here.
    const unbounded = { messagesPerSecond: 100_000_000, ...limits };
    this.session = createSession({ peer: this.peer, game: "bench", version: "1", messages, limits: unbounded });
    this.joined = new Promise((resolve) => {
      this.session.on("peerJoined", () => {
        if (this.session.peers.length === others) resolve();
      });
    });
    this.session.on("peerLeft", (id, reason) => {
      if (reason !== LeaveReason.LEFT) console.error(`peer ${id} has left: ${reason}`);
    });
    this.driver.add(this.session);
    this.driver.start();
  }

  close(): void {
    this.driver.stop();
    this.session.close();
  }
}
