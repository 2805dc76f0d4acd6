import type { PathChannel } from "./path-channel.ts";

/** The channels of one connection that have not closed. */
export class PathChannels {
  readonly #all = new Set<PathChannel>();

  get size(): number {
    return this.#all.size;
  }

  add(channel: PathChannel): void {
    this.#all.add(channel);
  }

  delete(channel: PathChannel): void {
    this.#all.delete(channel);
  }

  /** As they are now, though they close while somebody goes through them. */
  get list(): PathChannel[] {
    return [...this.#all];
  }

  /** Those that are to have a twin on a way that is made now. */
  get wanted(): PathChannel[] {
    return this.list.filter(({ isWanted }) => isWanted);
  }

  /** Whether something depends on the direct way. */
  get useDirect(): boolean {
    return this.list.some(({ usesDirect }) => usesDirect);
  }

  /** Whether there are some, and none depends on the relay. */
  get haveMoved(): boolean {
    return this.size > 0 && this.list.every(({ hasMoved }) => hasMoved);
  }

  /** Whether this side sends nothing by the relay any more. */
  get sendDirectly(): boolean {
    const { wanted } = this;
    return wanted.length > 0 && wanted.every(({ sendsDirectly }) => sendsDirectly);
  }

  /** The one of the far side's making that has that id. */
  received(id: number): PathChannel | undefined {
    return this.list.find(({ facts, isReceived }) => isReceived && facts.id === id);
  }

  dropDirect(): void {
    for (const channel of this.list) channel.dropDirect();
  }

  dropRelay(): void {
    for (const channel of this.list) channel.dropRelay();
  }

  leave(): void {
    for (const channel of this.#all) channel.leave();
    this.#all.clear();
  }
}
