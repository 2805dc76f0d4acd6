import type { VirtualConnection } from "../../src/simulator/network/virtual-connection.ts";
import type { VirtualNetwork } from "../../src/simulator/network/virtual-network.ts";
import type { Means } from "./means.ts";

/** What a test can do on a virtual network, time included, in a Node that runs with `--expose-gc`. */
export function simulatorMeans(network: VirtualNetwork): Means {
  return {
    nowMs: () => network.nowMs,
    pass: async (ms) => network.advance(ms),
    isClosed: (native) => (native as VirtualConnection).isClosed,
    kill: (native) => (native as VirtualConnection).hangUp(),
    // What was asked of time is held until it comes, and what a weak reference showed until a real task has ended.
    collectGarbage: async () => {
      network.advance(500);
      await new Promise((resolve) => setTimeout(resolve));
      gc?.();
    },
    openWire: async () => {
      const ports: [number, number] = [0, 0];
      return {
        ports,
        aim: async (end, port) => {
          ports[end] = port;
        },
        cut: async () => network.cut({}),
        heal: async () => network.heal(),
        close: async () => network.heal(),
      };
    },
  };
}
