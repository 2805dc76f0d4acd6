/** A lobby server of ours. All players of a benchmark come from one address, and talk as fast as they can. */
import { startLobbyServer } from "../../src/server/start-lobby-server.ts";
import { freePort } from "../../test/support/free-port.ts";
import { answerParent } from "./looked-at.ts";

const [redis, isDirect] = process.argv.slice(2);
const port = await freePort();
await startLobbyServer({
  port,
  maxLobbies: 100_000,
  maxConnections: 100_000,
  maxConnectionsPerAddress: 100_000,
  joinBurst: 1_000_000,
  joinsPerSecond: 1_000_000,
  createBurst: 1_000_000,
  createsPerSecond: 1_000_000,
  messagesPerSecond: 1_000_000,
  bytesPerSecond: 1_000_000_000,
  relayBytesPerSecond: 1_000_000_000_000,
  relayBytesPerSecondTotal: 1_000_000_000_000,
  ...(redis !== undefined && { redis }),
  ...(isDirect !== undefined && { publicAddress: `127.0.0.1:${port}` }),
});
answerParent(port);
