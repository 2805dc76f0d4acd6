import type { Welcome } from "./admission.ts";
import { MAX_UNANSWERED_ACTIONS } from "./limits.ts";
import { lobbyError } from "./lobby-error.ts";
import { LobbyErrorCode, type Metadata } from "./protocol.ts";

/** What a host may ask of the server. */
export type HostAction =
  | { readonly type: "lock"; readonly locked: boolean }
  | { readonly type: "kick"; readonly peerId: number }
  | { readonly type: "metadata"; readonly metadata: Metadata };

/** What this host asked for and the server has not said to be so: who loses its line does not know whether it was heard. */
export class UnansweredActions {
  /** Whether the line was lost, and what was asked for has not been taken since. */
  isUnheard = false;
  #asked: HostAction[] = [];

  get isFull(): boolean {
    return this.#asked.length >= MAX_UNANSWERED_ACTIONS;
  }

  /** Throws a `LobbyError` `wrong-state` if there are too many. */
  add(action: HostAction): void {
    if (this.isUnheard) this.#asked = this.#asked.filter((older) => !isReplacedBy(older, action));
    if (this.isFull) {
      const words = `${action.type}: ${MAX_UNANSWERED_ACTIONS} things are asked for, and not answered`;
      throw lobbyError(LobbyErrorCode.WRONG_STATE, words);
    }
    this.#asked.push(action);
  }

  /** The line is lost: nothing of it will be answered, nor what is added before it is taken, so the latest of each suffices. */
  unheard(): void {
    this.isUnheard = true;
    this.#asked = this.#latest();
  }

  /** The server answers in order; a kick also if somebody else's went before. Gives what was asked for. */
  answered(type: HostAction["type"], peerId?: number): HostAction | undefined {
    const index = this.#asked.findIndex(
      (action) => action.type === type && (action.type !== "kick" || action.peerId === peerId),
    );
    return index < 0 ? undefined : this.#asked.splice(index, 1)[0];
  }

  /** Whether the lobby is to be locked, as far as was asked for. */
  get wantedLock(): boolean | undefined {
    return this.#asked.flatMap((action) => (action.type === "lock" ? [action.locked] : [])).at(-1);
  }

  /** What is not so though it was asked for, by what the server says now. Forgets all of it. */
  takeUndone(welcome: Welcome): HostAction[] {
    const latest = this.#latest();
    this.#asked = [];
    this.isUnheard = false;
    return latest.filter((action) => !isDone(action, welcome));
  }

  #latest(): HostAction[] {
    return this.#asked.filter(
      (action, index, all) => !all.slice(index + 1).some((later) => isReplacedBy(action, later)),
    );
  }
}

function isReplacedBy(older: HostAction, action: HostAction): boolean {
  return older.type === "kick" ? action.type === "kick" && action.peerId === older.peerId : action.type === older.type;
}

function isDone(action: HostAction, { locked, members, metadata }: Welcome): boolean {
  switch (action.type) {
    case "lock":
      return action.locked === locked;
    case "kick":
      return !members.some(({ peerId }) => peerId === action.peerId);
    case "metadata":
      return JSON.stringify(action.metadata) === JSON.stringify(metadata);
  }
}
