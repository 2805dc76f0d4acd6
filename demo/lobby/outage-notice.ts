import type { ListState } from "./lobby-list-panel.ts";

/** After this the list is believed: a short silence of the server need not have closed its connection. Unit: ms. */
const BELIEVED_AFTER_MS = 12_000;

/** When to take back that the lobby server does not answer. */
export class OutageNotice {
  readonly #saidAtMs: number;
  #listWasLost = false;

  constructor(nowMs: number) {
    this.#saidAtMs = nowMs;
  }

  /** Whether it is over, by how the list is now. The list of a server that hangs looks live for a while. */
  isOver(list: ListState["state"], nowMs: number): boolean {
    if (list !== "live") {
      this.#listWasLost = true;
      return false;
    }
    return this.#listWasLost || nowMs - this.#saidAtMs >= BELIEVED_AFTER_MS;
  }
}
