import { Ring } from "../base/ring.ts";
import { MAX_RELAY_PACKET_BYTES, type RelayLine, type RelayObserver } from "../seam/relay-pipe.ts";
import { writeFrame } from "./relay-frames.ts";

/** What a line needs of its pipe. */
export interface LineOwner {
  /** Something waits on this line. */
  wants(line: PipeLine): void;
  /** This line ends once what waits on it is sent. */
  ended(line: PipeLine): void;
}

/** One line of a relay pipe: its queue, and how far it is. */
export class PipeLine implements RelayLine {
  readonly peerId: number;
  readonly name: string;
  /** This side's number. */
  readonly number: number;
  readonly #observer: RelayObserver;
  readonly #owner: LineOwner;
  readonly #waiting = new Ring<Uint8Array>();
  #state: "opening" | "up" | "closing" | "over" = "opening";
  #farNumber = 0;
  #bufferedBytes = 0;

  constructor(peerId: number, name: string, number: number, observer: RelayObserver, owner: LineOwner) {
    this.peerId = peerId;
    this.name = name;
    this.number = number;
    this.#observer = observer;
    this.#owner = owner;
  }

  get state(): "opening" | "up" | "closing" | "over" {
    return this.#state;
  }

  get farNumber(): number {
    return this.#farNumber;
  }

  get bufferedBytes(): number {
    return this.#bufferedBytes;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  send(packet: Uint8Array): void {
    if (this.#state !== "up") return;
    if (packet.length > MAX_RELAY_PACKET_BYTES) {
      const reason = `a packet of ${packet.length} bytes, the relay takes ${MAX_RELAY_PACKET_BYTES}`;
      queueMicrotask(() => this.#breakOff(reason));
      return;
    }
    this.#push(
      writeFrame(this.peerId, { kind: "packet", to: this.#farNumber, packet: packet as Uint8Array<ArrayBuffer> }),
    );
  }

  close(): void {
    if (this.#state === "closing" || this.#state === "over") return;
    const wasUp = this.#state === "up";
    this.#state = wasUp ? "closing" : "over";
    if (wasUp) this.#push(writeFrame(this.peerId, { kind: "close", to: this.#farNumber }));
    this.#owner.ended(this);
  }

  /** Both sides are there. */
  goUp(farNumber: number): void {
    if (this.#state !== "opening") return;
    this.#state = "up";
    this.#farNumber = farNumber;
    this.#observer.onOpen();
  }

  hear(packet: Uint8Array<ArrayBuffer>): void {
    if (this.#state === "up") this.#observer.onPacket(packet);
  }

  /** Nothing is sent on it any more. */
  goDown(reason: string): void {
    if (this.#state === "over") return;
    const tells = this.#state !== "closing";
    this.#state = "over";
    while (this.#waiting.shift() !== undefined);
    this.#bufferedBytes = 0;
    this.#owner.ended(this);
    if (tells) this.#observer.onDown(reason);
  }

  /** The next frame for the socket. */
  shift(): Uint8Array | undefined {
    const frame = this.#waiting.shift();
    if (frame !== undefined) this.#bufferedBytes -= frame.length;
    if (this.#state === "closing" && this.isEmpty) this.#state = "over";
    return frame;
  }

  drained(): void {
    if (this.#state === "up" && this.isEmpty) this.#observer.onDrain();
  }

  /** Both sides are told, the far one after all that was sent before. */
  #breakOff(reason: string): void {
    if (this.#state !== "up") return;
    this.close();
    this.#observer.onDown(reason);
  }

  #push(frame: Uint8Array): void {
    this.#waiting.push(frame);
    this.#bufferedBytes += frame.length;
    this.#owner.wants(this);
  }
}
