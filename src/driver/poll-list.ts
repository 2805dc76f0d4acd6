import { guarded } from "../base/guarded.ts";
import type { Pollable } from "../base/pollable.ts";

/** What a driver polls: a `Pollable`, or something of the game's own, which needs no `wake`. */
export type Polled = Pick<Pollable, "poll"> & Partial<Pollable>;

/** What is called in turn, in the order of adding. While it is walked, members may come and go. */
export class PollList<Member extends Polled> {
  readonly #onWake: () => void;
  #members: readonly Member[] = [];

  /** `onWake`: called whenever a member calls its `wake`. */
  constructor(onWake: () => void) {
    this.#onWake = onWake;
  }

  /** Adding what is there already does nothing. Takes over its `wake`, if it has one. */
  add(member: Member): void {
    if (this.#members.includes(member)) return;
    this.#members = [...this.#members, member];
    if ("wake" in member) member.wake = this.#onWake;
  }

  remove(member: Member): void {
    if (!this.#members.includes(member)) return;
    this.#members = this.#members.filter((other) => other !== member);
    if (member.wake === this.#onWake) member.wake = null;
  }

  /** Calls `visit` with each, as long as `goesOn`; whoever has been removed meanwhile is passed over. */
  each(visit: (member: Member) => unknown, goesOn: () => boolean): void {
    for (const member of this.#members) {
      if (!goesOn()) return;
      if (this.#members.includes(member)) guarded(() => visit(member));
    }
  }
}
