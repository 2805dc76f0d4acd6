import { type Broadcaster, type Seat, seat } from "./broadcaster.ts";
import { settle } from "./settle.ts";

export interface Playing {
  readonly messagesATick: number;
  readonly messageBytes: number;
  readonly hz: number;
}

/** Since the player began to play. */
export interface PlayCount {
  readonly ticks: number;
  /** Messages that have come out. */
  readonly received: number;
  /** Unit: ms. */
  readonly elapsedMs: number;
}

/** A player of a mesh, driven from outside: `begin` when all are made, `play` when all are connected. */
export class Player {
  readonly #broadcaster: ReturnType<typeof seat>;
  #ticks = 0;
  #received = 0;
  #startMs = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(place: Seat) {
    this.#broadcaster = seat(place);
    this.#broadcaster.onMessage = () => {
      this.#received += 1;
    };
  }

  async begin(): Promise<void> {
    this.#broadcaster.begin();
    await this.#broadcaster.connected;
  }

  play({ messagesATick, messageBytes, hz }: Playing): void {
    const message = new Uint8Array(messageBytes).fill(7);
    const broadcaster: Broadcaster = this.#broadcaster;
    this.#ticks = this.#received = 0;
    this.#startMs = performance.now();
    this.#timer = setInterval(() => {
      broadcaster.poll?.();
      for (let sent = 0; sent < messagesATick; sent++) broadcaster.broadcast(message);
      broadcaster.flush();
      this.#ticks += 1;
    }, 1_000 / hz);
  }

  count(): PlayCount {
    return { ticks: this.#ticks, received: this.#received, elapsedMs: performance.now() - this.#startMs };
  }

  pause(): void {
    clearInterval(this.#timer);
  }

  async leave(): Promise<void> {
    this.pause();
    this.#broadcaster.close();
    await settle();
  }
}
