import { nodeBackend } from "../../src/backends/node/index.ts";
import { runMultiplayerContract } from "./multiplayer-contract.ts";

runMultiplayerContract({ name: "node-datachannel", create: nodeBackend({ bindAddress: "127.0.0.1" }) });
