import { WebRTCMultiplayerPeer, WebRTCPeerConnection, type WebRTCPeerConnectionOptions } from "tickmesh";

/**
 * How long two players take from making their connections until both are told `peerConnected`, polled on wake, descriptions and
 * candidates carried by plain calls. Unit: ms.
 */
export async function timeOurPair(make: WebRTCPeerConnectionOptions = {}): Promise<number> {
  const startMs = performance.now();
  const [a, b] = [new Player(1, make), new Player(2, make)];
  a.add(b, 2);
  b.add(a, 1);
  a.connection.createOffer();
  await Promise.all([a.connected, b.connected]);
  const tookMs = performance.now() - startMs;
  a.peer.close();
  b.peer.close();
  return tookMs;
}

class Player {
  readonly peer = new WebRTCMultiplayerPeer();
  readonly connection: WebRTCPeerConnection;
  readonly connected: Promise<void>;

  constructor(id: number, make: WebRTCPeerConnectionOptions) {
    this.connection = new WebRTCPeerConnection(make);
    this.peer.createMesh(id);
    this.peer.wake = () => this.peer.poll();
    this.connected = new Promise((resolve, reject) => {
      this.peer.on("peerConnected", () => resolve());
      this.peer.on("peerFailed", (_, reason) => reject(new Error(reason)));
    });
  }

  add(other: Player, id: number): void {
    this.connection.initialize({ iceServers: [] });
    this.connection.on("sessionDescriptionCreated", (type, sdp) => {
      this.connection.setLocalDescription(type, sdp);
      other.connection.setRemoteDescription(type, sdp);
    });
    this.connection.on("iceCandidateCreated", (media, index, name) => {
      other.connection.addIceCandidate(media, index, name);
    });
    this.peer.addPeer(this.connection, id);
  }
}
