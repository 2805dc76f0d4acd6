import { VirtualNetwork } from "../../src/simulator/network/virtual-network.ts";
import { runSessionContract } from "./session-contract.ts";
import { simulatorMeans } from "./simulator-means.ts";

const network = new VirtualNetwork({ seed: 3, link: { latencyMs: 8, jitterMs: 6 } });
let devices = 0;

runSessionContract({
  name: "a simulated network",
  create: (...args) => {
    devices += 1;
    return network.addDevice(devices).backend(...args);
  },
  time: simulatorMeans(network),
});
