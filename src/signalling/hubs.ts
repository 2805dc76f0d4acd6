import { shown } from "../base/diagnostics.ts";
import { faultOfPeerId } from "../base/peer-id.ts";
import { TickmeshError } from "../base/tickmesh-error.ts";
import { MAX_HUBS } from "./connector-limits.ts";

/** Which members everybody connects to, and so which pairs want a connection. */
export class Hubs {
  readonly #localId: number;
  #ids: readonly number[] | null = null;

  constructor(localId: number, ids: readonly number[] | null) {
    this.#localId = localId;
    this.set(ids);
  }

  /** The best first; `null`: everybody connects to everybody. The same array until it changes. */
  get ids(): readonly number[] | null {
    return this.#ids;
  }

  /** Whether this member and that one want a connection. */
  want(peerId: number): boolean {
    const ids = this.#ids;
    return ids === null || ids.includes(this.#localId) || ids.includes(peerId);
  }

  /** Whether that changed anything. Throws a `TickmeshError`: `invalid-options`. */
  set(ids: readonly number[] | null): boolean {
    const next = ids === null ? null : checkHubs(ids);
    if (String(next) === String(this.#ids)) return false;
    this.#ids = next;
    return true;
  }
}

/** A copy of hubs as they may be given, each once. Throws a `TickmeshError`: `invalid-options`. */
export function checkHubs(ids: readonly number[]): readonly number[] {
  if (!Array.isArray(ids) || ids.length === 0 || ids.length > MAX_HUBS) {
    const what = Array.isArray(ids) ? `${ids.length} ids` : shown(ids);
    throw new TickmeshError("invalid-options", `hubs: 1 to ${MAX_HUBS} peer ids are wanted, or null; got ${what}`);
  }
  for (const id of ids as readonly unknown[]) {
    const fault = faultOfPeerId("hubs: id", id);
    if (fault !== null) throw new TickmeshError("invalid-options", fault);
  }
  return Object.freeze([...new Set(ids)]);
}
