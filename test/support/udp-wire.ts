import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";

/** One of the two ends of a wire. */
export type WireEnd = 0 | 1;

/**
 * A path for UDP between two ends on this machine, which can be cut. Each end is known to the other only by a stand-in on
 * the loopback interface: what one end sends to the other's stand-in is handed on, from its own stand-in.
 */
export class UdpWire {
  /** The ports of the stand-ins for the ends, on 127.0.0.1. */
  readonly ports: readonly [number, number];
  readonly #standIns: readonly [Socket, Socket];
  readonly #realPorts: [number, number] = [0, 0];
  #isCut = false;

  private constructor(standIns: readonly [Socket, Socket]) {
    this.#standIns = standIns;
    this.ports = [standIns[0].address().port, standIns[1].address().port];
    for (const end of [0, 1] as const) {
      const other = end === 0 ? 1 : 0;
      standIns[end].on("message", (packet, { port }) => {
        if (this.#isCut || port !== this.#realPorts[other] || this.#realPorts[end] === 0) return;
        standIns[other].send(packet, this.#realPorts[end], "127.0.0.1");
      });
    }
  }

  static async open(): Promise<UdpWire> {
    const standIns = [createSocket("udp4"), createSocket("udp4")] as const;
    await Promise.all(
      standIns.map(async (socket) => {
        socket.bind(0, "127.0.0.1");
        await once(socket, "listening");
      }),
    );
    return new UdpWire(standIns);
  }

  /** Says on which port of 127.0.0.1 an end really is. */
  aim(end: WireEnd, port: number): void {
    this.#realPorts[end] = port;
  }

  /** Drops everything from now on. */
  cut(): void {
    this.#isCut = true;
  }

  heal(): void {
    this.#isCut = false;
  }

  close(): void {
    for (const socket of this.#standIns) socket.close();
  }
}
