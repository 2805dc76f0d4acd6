import { TransferMode } from "../../../multiplayer/multiplayer-peer.ts";

const NEVER_SENT = "it was never sent like this, or came long before";
/** How many packets that came are remembered, only to say in words what is wrong when they come again. */
const REMEMBERED = 1_024;
/** Half of it is more than may be under way and unread at once: what is older was lost. */
const MAX_OUTSTANDING = 524_288;

/** What was sent on one channel of one connection, one way, and what of it has been received. */
export class Flow {
  readonly mode: TransferMode;
  readonly #sent: number[] = [];
  /** Where in `#sent` to look next: all before it were received, or given up. */
  #next = 0;
  /** How many of them are forgotten. */
  #forgotten = 0;
  /** Of an unordered flow: how often each content may still come. */
  readonly #outstanding = new Map<number, number>();
  /** The latest of an unordered flow that came as often as they were sent: to tell what is wrong if they come again. */
  #came = new Set<number>();
  /** Those that came before them. Two sets that take turns: to take the oldest out of one, one at a time, is slow. */
  #cameEarlier = new Set<number>();

  constructor(mode: TransferMode) {
    this.mode = mode;
  }

  /** Packets sent and not received, in order or else given up for lost. */
  get missing(): number {
    return this.#sent.length - this.#next;
  }

  /** Packets sent so far, but for unordered ones. */
  get sentCount(): number {
    return this.#forgotten + this.#sent.length;
  }

  /** Of those, how many were received or given up. */
  get doneCount(): number {
    return this.#forgotten + this.#next;
  }

  /** How many contents this remembers. */
  get kept(): number {
    return this.#sent.length + this.#outstanding.size + this.#came.size + this.#cameEarlier.size;
  }

  sent(content: number): void {
    if (this.mode === TransferMode.UNRELIABLE) {
      this.#outstanding.set(content, (this.#outstanding.get(content) ?? 0) + 1);
      if (this.#outstanding.size > MAX_OUTSTANDING) this.#forgetOldest();
    } else {
      this.#sent.push(content);
    }
  }

  /** In words what is wrong with receiving this now; `null` if nothing is. */
  received(content: number): string | null {
    if (this.mode === TransferMode.UNRELIABLE) return this.#takeUnordered(content);
    if (this.mode === TransferMode.RELIABLE && this.#sent[this.#next] === content) {
      this.#advance(this.#next + 1);
      return null;
    }
    const at = this.#sent.indexOf(content, this.#next);
    if (at >= 0 && this.mode === TransferMode.UNRELIABLE_ORDERED) {
      this.#advance(at + 1);
      return null;
    }
    if (at >= 0) return `${at - this.#next} sent before it are missing`;
    const wasSent = this.#next > 0 && this.#sent.lastIndexOf(content, this.#next - 1) >= 0;
    return wasSent ? "it came before, or one sent later did" : NEVER_SENT;
  }

  #advance(next: number): void {
    this.#next = next;
    if (next < 2 * REMEMBERED) return;
    const count = next - REMEMBERED;
    this.#sent.splice(0, count);
    this.#next -= count;
    this.#forgotten += count;
  }

  #takeUnordered(content: number): string | null {
    const left = this.#outstanding.get(content);
    if (left === undefined) return this.#hasCome(content) ? "it came before" : NEVER_SENT;
    if (left > 1) {
      this.#outstanding.set(content, left - 1);
      return null;
    }
    this.#outstanding.delete(content);
    this.#came.add(content);
    if (this.#came.size >= REMEMBERED) {
      this.#cameEarlier = this.#came;
      this.#came = new Set();
    }
    return null;
  }

  #hasCome(content: number): boolean {
    return this.#came.has(content) || this.#cameEarlier.has(content);
  }

  #forgetOldest(): void {
    let left = MAX_OUTSTANDING >> 1;
    for (const content of this.#outstanding.keys()) {
      if (left === 0) return;
      this.#outstanding.delete(content);
      left -= 1;
    }
  }
}
