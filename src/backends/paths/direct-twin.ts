import type { ChannelBackend, ChannelObserver } from "../../seam/connection-backend.ts";
import { HELD_OVERHEAD_BYTES } from "./limits.ts";

/** Something that a channel tells. */
export type Told = "open" | "closing" | "closed" | "low" | { readonly data: ArrayBuffer | string };

/** What it is charged while it waits. */
export function heldBytes(told: Told): number {
  if (typeof told === "string") return HELD_OVERHEAD_BYTES;
  return HELD_OVERHEAD_BYTES + (typeof told.data === "string" ? told.data.length * 2 : told.data.byteLength);
}

/** A channel of a direct way. What it tells before somebody listens waits for that. */
export class DirectTwin implements ChannelObserver {
  readonly backend: ChannelBackend;
  isOpen = false;
  #listener: ((told: Told) => void) | null = null;
  #early: Told[] = [];
  #earlyBytes = 0;
  readonly #holds: (bytes: number) => void;
  readonly #opens: () => void;

  /** `holds` hears how many bytes more, or fewer, wait here; `opens` hears that it opens, before anybody else. */
  constructor(backend: ChannelBackend, holds: (bytes: number) => void, opens: () => void) {
    this.backend = backend;
    this.#holds = holds;
    this.#opens = opens;
    backend.observer = this;
  }

  /** Who hears of it from now on. */
  listen(listener: (told: Told) => void): void {
    this.#listener = listener;
    this.#holdsLess();
    for (const told of this.#early.splice(0)) listener(told);
  }

  /** Nothing of it is told any more. */
  release(): void {
    this.backend.observer = null;
    this.#listener = null;
    this.#early = [];
    this.#holdsLess();
  }

  /** It is of no use any more, whatever becomes of the way. Closed before it has opened, a browser's would keep its connection waiting. */
  discard(): void {
    const { backend, isOpen } = this;
    this.release();
    if (isOpen) return backend.close();
    const nothing = (): void => {};
    backend.observer = {
      onOpen: () => backend.close(),
      onMessage: nothing,
      onClosing: nothing,
      onClosed: nothing,
      onBufferedAmountLow: nothing,
    };
  }

  onOpen(): void {
    this.isOpen = true;
    this.#opens();
    this.#tell("open");
  }

  onMessage(data: ArrayBuffer | string): void {
    this.#tell({ data });
  }

  onClosing(): void {
    this.#tell("closing");
  }

  onClosed(): void {
    this.isOpen = false;
    this.#tell("closed");
  }

  onBufferedAmountLow(): void {
    this.#tell("low");
  }

  #tell(told: Told): void {
    if (this.#listener !== null) return this.#listener(told);
    const bytes = heldBytes(told);
    this.#early.push(told);
    this.#earlyBytes += bytes;
    this.#holds(bytes);
  }

  #holdsLess(): void {
    this.#holds(-this.#earlyBytes);
    this.#earlyBytes = 0;
  }
}
