import { isPeerId } from "../base/peer-id.ts";
import { MAX_DEPUTIES } from "./limits.ts";

/** The host that is followed and its deputies, as it has named them. */
export class Hubs {
  /** `null` before it has named any. */
  deputies: readonly number[] | null = null;
  /** The host, and after it whom it has named, the best first. Replaced, never changed. */
  ids: readonly number[] = [];

  /** What the host says itself; `undefined`: nothing of it. */
  hear(hostId: number, named: readonly number[] | undefined): void {
    if (named !== undefined) this.deputies = deputiesOf(hostId, named);
  }

  /** Whether the ids are others from now on. `isThere`: who may be a hub still, before the host has named any. */
  update(hostId: number, isThere: (id: number) => boolean): boolean {
    const next = hubsOf(hostId, this.deputies, this.ids, isThere);
    if (isSameList(next, this.ids)) return false;
    this.ids = next;
    return true;
  }

  /** There is no host any more. */
  clear(): void {
    this.deputies = null;
    this.ids = [];
  }
}

/** Deputies as a host may name them: others than itself, each once. Who is not there yet may be on the way, and stays. */
export function deputiesOf(hostId: number, named: readonly number[]): readonly number[] {
  return [...new Set(named)].filter((id) => id !== hostId && isPeerId(id));
}

/**
 * The host, and after it whom it has named. Until it has named any (`null`), those of `before` who are still there: what is connected to
 * them holds until it is known to whom else.
 */
export function hubsOf(
  hostId: number,
  deputies: readonly number[] | null,
  before: readonly number[],
  isThere: (id: number) => boolean,
): readonly number[] {
  const others = deputies ?? before.filter((id) => id !== hostId && isThere(id));
  return [hostId, ...others.slice(0, MAX_DEPUTIES)];
}

/** Whether two lists name the same, in the same order. */
export function isSameList(one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length && one.every((id, place) => id === other[place]);
}
