import { RETURN_WINDOW_MS } from "./connector-limits.ts";

/** Whether a pair's far side is present, as the signaller says, and whether it came back from having been gone. */
export class Sight {
  #isPresent = false;
  #hasLeft = false;
  #returnedAtMs = Number.NEGATIVE_INFINITY;

  get isPresent(): boolean {
    return this.#isPresent;
  }

  /** It said or was said to be gone, and has not come back. */
  get hasLeft(): boolean {
    return this.#hasLeft;
  }

  /** `stands`: its connection from before does still. */
  introduce(stands: boolean, nowMs: number): void {
    if (this.#hasLeft && stands) this.#returnedAtMs = nowMs;
    this.#isPresent = true;
    this.#hasLeft = false;
  }

  lose(): void {
    this.#isPresent = false;
  }

  leave(): void {
    this.#isPresent = false;
    this.#hasLeft = true;
  }

  /** Whether the connection that ends now may be that of a page before this one. Once. */
  takeReturn(nowMs: number): boolean {
    const isBack = nowMs - this.#returnedAtMs < RETURN_WINDOW_MS;
    this.#returnedAtMs = Number.NEGATIVE_INFINITY;
    return isBack;
  }
}
