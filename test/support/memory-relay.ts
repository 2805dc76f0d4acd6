import {
  MAX_RELAY_PACKET_BYTES,
  type RelayLine,
  type RelayObserver,
  type RelayPipe,
} from "../../src/seam/relay-pipe.ts";

/** One side's end of a line. */
class MemoryLine implements RelayLine {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** `null` once it is over. */
  observer: RelayObserver | null;
  far: MemoryLine | null = null;
  readonly #relay: MemoryRelay;
  /** What has to happen on this side, in order. */
  readonly arriving: (() => void)[] = [];

  constructor(relay: MemoryRelay, from: number, to: number, name: string, observer: RelayObserver) {
    this.#relay = relay;
    this.from = from;
    this.to = to;
    this.name = name;
    this.observer = observer;
  }

  get bufferedBytes(): number {
    return 0;
  }

  send(bytes: Uint8Array): void {
    const { far } = this;
    if (this.observer === null || far === null) return;
    if (bytes.length > MAX_RELAY_PACKET_BYTES) return this.#relay.cutLine(this, "a packet was too long");
    const copy = bytes.slice();
    this.#relay.count(copy);
    this.#relay.arrive(far, () => far.observer?.onPacket(copy));
  }

  close(): void {
    if (this.observer === null) return;
    this.observer = null;
    this.#relay.forget(this);
    const { far } = this;
    if (far !== null) this.#relay.arrive(far, () => this.#relay.down(far, "the far side closed it"));
  }
}

export interface MemoryRelayOptions {
  /** Runs something later: after how long a packet takes. Default: in a task of its own, at once. */
  readonly later?: (task: () => void) => void;
}

/** A relay in memory, by the duties of `RelayPipe`: `pipe(id)` is what the peer of that id is given. */
export class MemoryRelay {
  /** False: lines that are opened are never answered. */
  isUp = true;
  packets = 0;
  bytes = 0;
  /** What each packet was, for those who look at them. */
  onPacket: ((bytes: Uint8Array) => void) | null = null;
  readonly #later: (task: () => void) => void;
  readonly #lines = new Set<MemoryLine>();
  #isCut = false;

  constructor({ later = (task) => void setTimeout(task) }: MemoryRelayOptions = {}) {
    this.#later = later;
  }

  get lineCount(): number {
    return this.#lines.size;
  }

  pipe(own: number): RelayPipe {
    return {
      open: (peerId, name, observer) => {
        const line = new MemoryLine(this, own, peerId, name, observer);
        this.#lines.add(line);
        for (const far of this.#lines) {
          if (far === line || far.name !== name || far.far !== null || far.from !== peerId || far.to !== own) continue;
          if (!this.isUp) continue;
          line.far = far;
          far.far = line;
          this.arrive(far, () => far.observer?.onOpen());
          this.arrive(line, () => line.observer?.onOpen());
        }
        return line;
      },
    };
  }

  /** Everything waits, until `heal`. */
  cut(): void {
    this.#isCut = true;
  }

  heal(): void {
    this.#isCut = false;
    for (const line of this.#lines) for (const _ of line.arriving) this.#later(() => this.#deliver(line));
  }

  /** As when the server goes away: all lines are down, and what was under way is lost. */
  crash(reason = "the relay is gone"): void {
    for (const line of [...this.#lines]) {
      line.arriving.length = 0;
      this.down(line, reason);
    }
  }

  /** Passes on a packet as if that peer had sent it. */
  inject(from: number, bytes: Uint8Array<ArrayBuffer>): void {
    for (const line of this.#lines) if (line.from === from) line.send(bytes);
  }

  count(bytes: Uint8Array): void {
    this.packets += 1;
    this.bytes += bytes.length;
    this.onPacket?.(bytes);
  }

  arrive(line: MemoryLine, task: () => void): void {
    line.arriving.push(task);
    this.#later(() => this.#deliver(line));
  }

  cutLine(line: MemoryLine, reason: string): void {
    for (const end of [line, line.far]) if (end !== null) this.arrive(end, () => this.down(end, reason));
  }

  down(line: MemoryLine, reason: string): void {
    const { observer } = line;
    line.observer = null;
    this.forget(line);
    observer?.onDown(reason);
  }

  forget(line: MemoryLine): void {
    this.#lines.delete(line);
  }

  #deliver(line: MemoryLine): void {
    if (!this.#isCut) line.arriving.shift()?.();
  }
}
