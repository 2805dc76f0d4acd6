import type { Arrived, Link, PageWire, WireOptions } from "./link.ts";
import { sessionPair } from "./session-pair.ts";
import type { BenchSession, SessionPlayer } from "./session-player.ts";

/** What stands before each message of 32 B on the wire; how much waits is known once a poll, and counted on from there. */
const ENTRY_HEADER_BYTES = 2;

/** A pair of sessions. Arrivals are read as they come; what is sent within a task leaves at its end, or when it is flushed. */
export async function sessionWire(options: WireOptions): Promise<PageWire> {
  const { players, connections, close } = await sessionPair();
  return { connections, a: new SessionLink(players[0], options), b: new SessionLink(players[1], options), close };
}

class SessionLink implements Link {
  onPacket: (packet: Arrived) => void = () => {};
  onLow: () => void = () => {};
  lowThreshold = 0;
  readonly #session: BenchSession;
  readonly #name: "reliable" | "ordered" | "unreliable";
  readonly #farId: number;
  #waiting = 0;
  #willFlush = false;

  constructor({ session, driver }: SessionPlayer, { reliable, ordered = reliable }: WireOptions) {
    this.#session = session;
    this.#farId = session.peers[0] ?? 0;
    this.#name = reliable ? "reliable" : ordered ? "ordered" : "unreliable";
    session.onMessage(this.#name, (bytes) => this.onPacket(bytes));
    driver.add({ poll: () => this.#look() });
  }

  /** Queued, or given to the browser and not sent. */
  get buffered(): number {
    return this.#waiting;
  }

  send(bytes: Uint8Array<ArrayBuffer>): void {
    this.#session.send(this.#name, bytes);
    this.#waiting += bytes.length + ENTRY_HEADER_BYTES;
    if (this.#willFlush) return;
    this.#willFlush = true;
    queueMicrotask(() => this.flush());
  }

  flush(): void {
    this.#willFlush = false;
    this.#session.flush();
  }

  /** After each poll: acknowledgements wake the sender too. */
  #look(): void {
    this.#waiting = this.#session.queue(this.#farId)?.bytes ?? 0;
    if (this.#waiting <= this.lowThreshold) this.onLow();
  }
}
