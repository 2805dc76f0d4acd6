import type { Lane } from "./lane.ts";
import type { TableEntry } from "./table-entry.ts";

/**
 * Tells tables apart that would misread each other: names, their order, modes, lanes and payloads. No protection against
 * anybody who wants two tables to look alike: both would harm only themselves.
 */
export function hashOf(entries: readonly TableEntry[], lanes: readonly Lane[]): string {
  const lines = [
    ...lanes.map(({ name }) => `lane ${JSON.stringify(name)}`),
    ...entries.map(({ name, mode, lane, payload, call }) =>
      [JSON.stringify(name), mode, lane.index, payload.signature, call?.answer.signature ?? ""].join(" "),
    ),
  ];
  return digest(lines.join("\n"));
}

/** FNV-1a of 32 bits, twice: with its own multiplier, and with another. */
function digest(text: string): string {
  return fnv(text, 0x01000193) + fnv(text, 0x85ebca6b);
}

function fnv(text: string, multiplier: number): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), multiplier);
  return (hash >>> 0).toString(16).padStart(8, "0");
}
