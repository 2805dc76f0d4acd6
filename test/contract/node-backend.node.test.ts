import { nodeBackend } from "../../src/backends/node/index.ts";
import { runBackendContract } from "./backend-contract.ts";
import { nodeMeans } from "./node-means.ts";

runBackendContract({
  name: "node-datachannel",
  create: nodeBackend({ bindAddress: "127.0.0.1" }),
  means: nodeMeans,
  skip: [
    { rule: "B15", reason: "libdatachannel starts no ICE anew" },
    {
      rule: "B7 a channel of the far side is told with the order and the reliability",
      reason: "node-datachannel does not say: such a channel reads ordered and reliable, and behaves as it was made",
    },
    {
      rule: "B7 a channel that its maker fills and closes the moment it opens",
      reason: "libdatachannel drops what is on it if it has closed before Node has heard of it",
    },
  ],
});
