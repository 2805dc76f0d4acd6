import { VirtualNetwork } from "../../src/simulator/network/virtual-network.ts";
import { runBackendContract } from "./backend-contract.ts";
import { simulatorMeans } from "./simulator-means.ts";

const network = new VirtualNetwork({ seed: 1, link: { latencyMs: 3, jitterMs: 4 } });
let devices = 0;

runBackendContract({
  name: "a simulated network",
  create: (...args) => {
    devices += 1;
    return network.addDevice(devices).backend(...args);
  },
  means: simulatorMeans(network),
  skip: [{ rule: "B15 after a restart packets", reason: "cutting one of its wires cuts all" }],
});
