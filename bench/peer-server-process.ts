/** PeerJS' own server on the loopback interface, until it is ended: its timers never let it end by itself. Tells its parent the port. */
import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { PeerServer } from "peer";

const server = await new Promise<Server>((resolve) => {
  // As many players as come: every measurement brings new ones.
  const options = { host: "127.0.0.1", port: 0, path: "/", concurrent_limit: 100_000 };
  PeerServer(options, (made) => resolve(made as Server));
});
if (!server.listening) await once(server, "listening");
process.send?.((server.address() as AddressInfo).port);
process.on("disconnect", () => process.exit());
