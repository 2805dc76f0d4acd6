import { TransferMode } from "../../../multiplayer/multiplayer-peer.ts";

/** What was sent on one channel of one connection, one way, and what of it has been received. */
export class Flow {
  readonly mode: TransferMode;
  readonly #sent: number[] = [];
  /** Where in `#sent` to look next: all before it were received, or given up. */
  #next = 0;
  /** Of an unordered flow: how often each content may still come. */
  readonly #outstanding = new Map<number, number>();

  constructor(mode: TransferMode) {
    this.mode = mode;
  }

  /** Packets sent and not received, in order or else given up for lost. */
  get missing(): number {
    return this.#sent.length - this.#next;
  }

  sent(content: number): void {
    if (this.mode === TransferMode.UNRELIABLE) {
      this.#outstanding.set(content, (this.#outstanding.get(content) ?? 0) + 1);
    } else {
      this.#sent.push(content);
    }
  }

  /** In words what is wrong with receiving this now; `null` if nothing is. */
  received(content: number): string | null {
    if (this.mode === TransferMode.UNRELIABLE) return this.#takeUnordered(content);
    if (this.mode === TransferMode.RELIABLE && this.#sent[this.#next] === content) {
      this.#next += 1;
      return null;
    }
    const at = this.#sent.indexOf(content, this.#next);
    if (at >= 0 && this.mode === TransferMode.UNRELIABLE_ORDERED) {
      this.#next = at + 1;
      return null;
    }
    if (at >= 0) return `${at - this.#next} sent before it are missing`;
    const wasSent = this.#next > 0 && this.#sent.lastIndexOf(content, this.#next - 1) >= 0;
    return wasSent ? "it came before, or one sent later did" : "it was never sent like this";
  }

  #takeUnordered(content: number): string | null {
    const left = this.#outstanding.get(content);
    if (left === undefined) return "it was never sent like this";
    if (left === 0) return "it came before";
    this.#outstanding.set(content, left - 1);
    return null;
  }
}
