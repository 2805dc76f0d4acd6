import { shown } from "../../base/diagnostics.ts";
import { TickmeshError } from "../../base/tickmesh-error.ts";
import type { TableEntry } from "./table-entry.ts";

/** Throws a `TickmeshError`, `unknown-message` or `unknown-call`, that says what there is instead. */
export function findEntry(
  entries: ReadonlyMap<string, TableEntry>,
  name: string,
  kind: "message" | "call",
): TableEntry {
  const entry = entries.get(name);
  const isCall = kind === "call";
  if (entry !== undefined && (entry.call !== null) === isCall) return entry;
  const names = [...entries.values()].filter(({ call }) => (call !== null) === isCall).map((other) => other.name);
  const instead =
    entry === undefined ? `it has ${names.slice(0, 20).join(", ")}` : `that is a ${isCall ? "message" : "call"}`;
  throw new TickmeshError(`unknown-${kind}`, `the table has no ${kind} ${shown(name)}: ${instead}`);
}

/** Throws a `TickmeshError` `invalid-handler` for what is no function. */
export function checkHandler(name: string, handler: unknown): void {
  if (typeof handler === "function") return;
  throw new TickmeshError("invalid-handler", `the handler of ${shown(name)} is no function, but ${shown(handler)}`);
}
