import type { SignallerContract } from "../contract/signaller-contract.ts";
import { inMemoryGroup, tabGroup, virtualGroup } from "./signaller-groups.ts";

export const inMemoryContract: SignallerContract = { name: "in memory", create: inMemoryGroup };

export const tabContract: SignallerContract = {
  name: "between tabs",
  create: tabGroup,
  skip: [
    { duty: "I5 kicked", reason: "nobody among tabs has the right to remove another" },
    { duty: "I8 ", reason: "there is no server that could be gone" },
  ],
};

export const virtualContract: SignallerContract = { name: "on a simulated network", create: virtualGroup };
