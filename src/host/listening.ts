import { LISTEN_MS, LISTEN_POLLS } from "./limits.ts";

/** How long who was host, and stood still, listens before it acts again. */
export class Listening {
  isOn = false;
  #untilMs = 0;
  #polls = 0;

  begin(nowMs: number): void {
    this.isOn = true;
    this.#untilMs = nowMs + LISTEN_MS;
    this.#polls = 0;
  }

  /** A poll later: whether it has listened for long enough. */
  isOver(nowMs: number): boolean {
    this.#polls += 1;
    return nowMs >= this.#untilMs && this.#polls >= LISTEN_POLLS;
  }

  end(): void {
    this.isOn = false;
  }
}
