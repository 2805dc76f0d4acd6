import { HEARTBEAT_MS } from "../limits.ts";

/** Whether this game itself has stood still, so that others seem silent that are not. */
export class Wakefulness {
  #polledMs: number;
  #wasAwake = true;

  constructor(nowMs: number) {
    this.#polledMs = nowMs;
  }

  /**
   * For each poll: whether it can be told who is silent. After a game stood still, the browser may wake it before it
   * hands over what came meanwhile: one poll later it has. A game that is always slow is awake every other time.
   */
  isAwake(nowMs: number): boolean {
    this.#wasAwake = !this.#wasAwake || nowMs - this.#polledMs < HEARTBEAT_MS;
    this.#polledMs = nowMs;
    return this.#wasAwake;
  }
}
