import type { PeerConnection } from "node-datachannel";
import { UdpWire } from "../support/udp-wire.ts";
import { realTime } from "../support/until.ts";
import type { Means, Wire } from "./means.ts";

async function openWire(): Promise<Wire> {
  const wire = await UdpWire.open();
  return {
    ports: wire.ports,
    aim: async (end, port) => wire.aim(end, port),
    cut: async () => wire.cut(),
    heal: async () => wire.heal(),
    close: async () => wire.close(),
  };
}

/** What a test in Node can do, which runs with `--expose-gc`. */
export const nodeMeans: Means = {
  ...realTime,
  isClosed: (native) => (native as PeerConnection).state() === "closed",
  kill: (native) => (native as PeerConnection).close(),
  openWire,
  collectGarbage: async () => gc?.(),
};
