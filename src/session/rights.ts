import { shown } from "../base/diagnostics.ts";
import { guarded } from "../base/guarded.ts";
import { TickmeshError } from "../base/tickmesh-error.ts";
import type { Definitions } from "./messages/definition.ts";
import type { TableEntry } from "./messages/table-entry.ts";
import type { OwnedMessage, SessionOptions } from "./session-options.ts";

/** Who may send what, as the game says at the moment. */
export interface Rights {
  hostOf(): number;
  mayBeFrom(entry: TableEntry, from: number): boolean;
  /** For `"owner"`, which depends on what is said. */
  owns(entry: TableEntry, payload: unknown, from: number): boolean;
}

/** `otherwise`: who is host if the game does not say. */
export function rightsOf<D extends Definitions>(
  { hostOf, ownerOf }: SessionOptions<D>,
  otherwise: () => number,
): Rights {
  // It is asked in the middle of reading: what else has come is not to be lost by what it throws.
  const host = (): number => guarded(hostOf ?? otherwise) ?? 0;
  return {
    hostOf: host,
    mayBeFrom: ({ from: allowed }, from) => allowed !== "host" || host() === from,
    owns: ({ name }, payload, from) => ownerOf?.({ name, payload } as OwnedMessage<D>) === from,
  };
}

/** Throws a `TickmeshError` `not-allowed` where another than peer `id` sends this. */
export function checkRight(rights: Rights, entry: TableEntry, payload: unknown, id: number): void {
  const { name, from } = entry;
  if (rights.mayBeFrom(entry, id) && (from !== "owner" || rights.owns(entry, payload, id))) return;
  const host = rights.hostOf();
  const who =
    from === "owner" ? "the owner" : host === 0 ? "the host, and hostOf names nobody" : `the host, peer ${host}`;
  throw new TickmeshError("not-allowed", `${shown(name)} is sent by ${who}: this is peer ${id}`);
}
