import { nodeBackend } from "../../src/backends/node/index.ts";
import { runSessionContract } from "./session-contract.ts";

runSessionContract({
  name: "node-datachannel",
  create: nodeBackend({ bindAddress: "127.0.0.1" }),
  tellsPath: true,
});
