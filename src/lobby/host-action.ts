import type { Welcome } from "./admission.ts";
import { MAX_UNANSWERED_ACTIONS } from "./limits.ts";
import type { Metadata } from "./protocol.ts";

/** What a host may ask of the server. */
export type HostAction =
  | { readonly type: "lock"; readonly locked: boolean }
  | { readonly type: "kick"; readonly peerId: number }
  | { readonly type: "metadata"; readonly metadata: Metadata };

/** What this host asked for and the server has not said to be so: who loses its line does not know whether it was heard. */
export class UnansweredActions {
  #asked: HostAction[] = [];

  /** False if there are too many. */
  add(action: HostAction): boolean {
    if (this.#asked.length >= MAX_UNANSWERED_ACTIONS) return false;
    this.#asked.push(action);
    return true;
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
    const asked = this.#asked;
    this.#asked = [];
    return asked.filter((action, index) => {
      const isLast = action.type === "kick" || !asked.slice(index + 1).some(({ type }) => type === action.type);
      return isLast && !isDone(action, welcome);
    });
  }
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
