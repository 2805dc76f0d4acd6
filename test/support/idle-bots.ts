// A program that makes connections and channels in Node, and does nothing with them. It ends at once, or not at all.
import { nodeBackend } from "../../src/backends/node/index.ts";
import { WebRTCPeerConnection } from "../../src/connection/web-rtc-peer-connection.ts";

const connections = Array.from({ length: 3 }, () => new WebRTCPeerConnection({ backend: nodeBackend() }));
for (const connection of connections) connection.createDataChannel("game");
console.log(connections.length);
