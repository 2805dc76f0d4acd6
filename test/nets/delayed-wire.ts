import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";

interface Waiting {
  readonly dueMs: number;
  readonly packet: Uint8Array;
  readonly from: Socket;
  readonly port: number;
}

/**
 * A path for UDP between two ends on this machine that takes a time. Each end is known to the other only by a stand-in on
 * the loopback interface: what one end sends to the other's stand-in is handed on later, from its own stand-in.
 */
export class DelayedWire {
  /** The ports of the stand-ins for the ends, on 127.0.0.1. */
  readonly ports: readonly [number, number];
  readonly #standIns: readonly [Socket, Socket];
  readonly #realPorts: [number, number] = [0, 0];
  readonly #delayMs: number;
  /** In order of time, since all wait equally long. */
  readonly #waiting: Waiting[] = [];
  #isScheduled = false;

  private constructor(standIns: readonly [Socket, Socket], delayMs: number) {
    this.#standIns = standIns;
    this.#delayMs = delayMs;
    this.ports = [standIns[0].address().port, standIns[1].address().port];
    for (const end of [0, 1] as const) {
      const other = end === 0 ? 1 : 0;
      standIns[end].on("message", (packet, { port }) => {
        if (port !== this.#realPorts[other] || this.#realPorts[end] === 0) return;
        const dueMs = performance.now() + this.#delayMs;
        this.#waiting.push({ dueMs, packet, from: standIns[other], port: this.#realPorts[end] });
        this.#schedule();
      });
    }
  }

  /** `delayMs`: each way. */
  static async open(delayMs: number): Promise<DelayedWire> {
    const standIns = [createSocket("udp4"), createSocket("udp4")] as const;
    await Promise.all(
      standIns.map(async (socket) => {
        socket.bind(0, "127.0.0.1");
        await once(socket, "listening");
      }),
    );
    return new DelayedWire(standIns, delayMs);
  }

  /** Says on which port of 127.0.0.1 an end really is. */
  aim(end: 0 | 1, port: number): void {
    this.#realPorts[end] = port;
  }

  close(): void {
    this.#waiting.length = 0;
    for (const socket of this.#standIns) socket.close();
  }

  #schedule(): void {
    const [next] = this.#waiting;
    if (this.#isScheduled || next === undefined) return;
    this.#isScheduled = true;
    // A timer is late by up to a millisecond: the last one is spent asking.
    const leftMs = next.dueMs - performance.now();
    if (leftMs > 1.5) setTimeout(this.#send, leftMs - 1.5);
    else setImmediate(this.#send);
  }

  readonly #send = (): void => {
    this.#isScheduled = false;
    const nowMs = performance.now();
    while (this.#waiting[0] !== undefined && this.#waiting[0].dueMs <= nowMs) {
      const { packet, from, port } = this.#waiting.shift() as Waiting;
      from.send(packet, port, "127.0.0.1");
    }
    this.#schedule();
  };
}
