import type { PeerEntry } from "./peer-entry.ts";

/** The peers of a mesh, by id and in the order they were added. */
export class PeerRoster {
  /** Replaced, never changed: whoever walks it is not disturbed by who comes and goes meanwhile. */
  list: readonly PeerEntry[] = [];
  readonly #byId = new Map<number, PeerEntry>();

  get(id: number): PeerEntry | undefined {
    return this.#byId.get(id);
  }

  add(peer: PeerEntry): void {
    this.#byId.set(peer.id, peer);
    this.list = [...this.list, peer];
  }

  /** Returns where it stood. */
  remove(peer: PeerEntry): number {
    const position = this.list.indexOf(peer);
    peer.removed = true;
    this.#byId.delete(peer.id);
    this.list = this.list.filter((other) => other !== peer);
    return position;
  }
}
