import type { Pollable } from "../base/pollable.ts";

/**
 * How a connection that stands is mended. `restart`: another path is looked for, below a connection that goes on. `replace`: it is
 * closed as `connection-lost` and a new one is made, as soon as that peer is known to be reachable. `none`: it has come back by itself,
 * and what was asked for and is not under way is not wished any more.
 */
export type RepairStep = "none" | "restart" | "replace";

/** Something that lives with a multiplayer peer and is polled inside its `poll()`, before the connections: a signalling connector. */
export interface Companion extends Pollable {
  /** Whom everybody connects to, the best first, if not everybody connects to everybody. The same array until it changes. */
  readonly hubs?: readonly number[] | null;
  /** Whether it can introduce peers now, and carry what they have to say to connect. */
  readonly isUp?: boolean;
  /** The peer was closed, and has let go of this companion already. */
  closed?(): void;
  /** Mends the connection to a peer, if that is in its power: whether it will. What follows shows in later polls. */
  repair?(id: number, step: RepairStep): boolean;
}

/** The companions of one multiplayer peer. */
export class Companions {
  readonly #wake: () => void;
  /** Replaced, never changed: companions may come and go while it is walked. */
  #list: readonly Companion[] = [];

  constructor(wake: () => void) {
    this.#wake = wake;
  }

  add(companion: Companion): void {
    if (this.#list.includes(companion)) return;
    this.#list = [...this.#list, companion];
    companion.wake = this.#wake;
  }

  remove(companion: Companion): void {
    if (!this.#list.includes(companion)) return;
    this.#list = this.#list.filter((other) => other !== companion);
    companion.wake = null;
  }

  poll(): void {
    for (const companion of this.#list) {
      if (this.#list.includes(companion)) companion.poll();
    }
  }

  repair(id: number, step: RepairStep): boolean {
    return this.#list.some((companion) => companion.repair?.(id, step) ?? false);
  }

  get hubs(): readonly number[] | null {
    for (const { hubs = null } of this.#list) if (hubs !== null) return hubs;
    return null;
  }

  get isUp(): boolean {
    return this.#list.some(({ isUp }) => isUp === true);
  }

  close(): void {
    for (const companion of this.#list) {
      this.remove(companion);
      companion.closed?.();
    }
  }
}
