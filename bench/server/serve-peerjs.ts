/** PeerJS' own server. */
import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { PeerServer } from "peer";
import { answerParent } from "./looked-at.ts";

const server = await new Promise<Server>((resolve) => {
  const options = { host: "127.0.0.1", port: 0, path: "/", concurrent_limit: 100_000 };
  PeerServer(options, (made) => resolve(made as Server));
});
if (!server.listening) await once(server, "listening");
answerParent((server.address() as AddressInfo).port);
