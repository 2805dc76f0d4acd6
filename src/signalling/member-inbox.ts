import { Inbox } from "./inbox.ts";
import type { Signal, SignallerEvent } from "./signaller.ts";

/** The inbox of a member who is told by somebody who comes and goes: by a group in memory, by a lobby (duties I2, I3 and I5). */
export class MemberInbox extends Inbox {
  readonly #localId: number;
  readonly #overflow: () => void;
  readonly #introduced = new Set<number>();

  /** `overflow` is called when there is no room for an event: the owner is to go down. */
  constructor(localId: number, overflow: () => void) {
    super();
    this.#localId = localId;
    this.#overflow = overflow;
  }

  /** Whether this member was introduced, and is not gone again. */
  knows(peerId: number): boolean {
    return this.#introduced.has(peerId);
  }

  introduce(peerId: number): void {
    if (this.isDown || peerId === this.#localId || this.knows(peerId)) return;
    this.#introduced.add(peerId);
    this.#tell({ kind: "introduced", peerId });
  }

  miss(peerId: number, reason: "left" | "kicked" | "lost"): void {
    if (this.#introduced.delete(peerId)) this.#tell({ kind: "left", peerId, reason });
  }

  hear(from: number, signal: Signal): void {
    if (this.knows(from)) this.#tell({ kind: "signal", from, signal });
  }

  /** This member itself was removed: the last thing that is told. */
  removed(): void {
    this.#introduced.clear();
    this.pushLast({ kind: "left", peerId: this.#localId, reason: "kicked" });
  }

  override goDown(reason: string): boolean {
    this.#introduced.clear();
    return super.goDown(reason);
  }

  override close(): void {
    this.#introduced.clear();
    super.close();
  }

  #tell(event: SignallerEvent): void {
    if (!this.push(event) && !this.isDown) this.#overflow();
  }
}
