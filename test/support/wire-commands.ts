import { UdpWire, type WireEnd } from "./udp-wire.ts";

const wires = new Map<number, UdpWire>();

function wire(id: number): UdpWire {
  const found = wires.get(id);
  if (found === undefined) throw new Error(`there is no wire ${id}`);
  return found;
}

/** Commands by which a test in a browser, which has no UDP of its own, uses wires here: the first port names the wire. */
export const wireCommands = {
  openWire: async (_context: unknown): Promise<readonly [number, number]> => {
    const opened = await UdpWire.open();
    wires.set(opened.ports[0], opened);
    return opened.ports;
  },
  aimWire: (_context: unknown, id: number, end: WireEnd, port: number): void => wire(id).aim(end, port),
  cutWire: (_context: unknown, id: number): void => wire(id).cut(),
  healWire: (_context: unknown, id: number): void => wire(id).heal(),
  closeWire: (_context: unknown, id: number): void => {
    wire(id).close();
    wires.delete(id);
  },
};
