// A program of two bots that meet, greet and part, in one process. It ends when nothing is left to be done, or not at all.
import { setInterval } from "node:timers";
import { nodeBackend } from "../../src/backends/node/index.ts";
import {
  type WebRTCPeerConnection as Connection,
  WebRTCPeerConnection,
} from "../../src/connection/web-rtc-peer-connection.ts";
import { WebRTCMultiplayerPeer } from "../../src/multiplayer/web-rtc-multiplayer-peer.ts";

WebRTCPeerConnection.setDefaultExtension(nodeBackend({ bindAddress: "127.0.0.1" }));

function link(from: Connection, to: Connection): void {
  from.on("sessionDescriptionCreated", (type, sdp) => {
    from.setLocalDescription(type, sdp);
    to.setRemoteDescription(type, sdp);
  });
  from.on("iceCandidateCreated", (media, index, name) => to.addIceCandidate(media, index, name));
}

const [host, guest] = [new WebRTCMultiplayerPeer(), new WebRTCMultiplayerPeer()];
host.createMesh(1);
guest.createMesh(2);
const [toGuest, toHost] = [new WebRTCPeerConnection(), new WebRTCPeerConnection()];
link(toGuest, toHost);
link(toHost, toGuest);
host.addPeer(toGuest, 2);
guest.addPeer(toHost, 1);
toGuest.createOffer();

host.on("peerConnected", () => host.putPacket(new TextEncoder().encode("hello")));
guest.on("peerDisconnected", (_id, reason) => console.log(reason));
const loop = setInterval(() => {
  host.poll();
  guest.poll();
  while (guest.getAvailablePacketCount() > 0) {
    console.log(new TextDecoder().decode(guest.getPacket()));
    host.close();
  }
  if (host.getUniqueId() === 0 && guest.getPeers().size === 0) clearInterval(loop);
}, 5);
