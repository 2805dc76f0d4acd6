import { TickmeshError } from "../../base/tickmesh-error.ts";
import { isWhole } from "../../base/whole.ts";
import { decodeVar, encodeVar } from "../../codec/var.ts";

/** Of a packet: its sender and channel. Of an event: its name, as in `SessionEvents`, and what it was told with. */
export type RecordedItem =
  | readonly [atMs: number, what: "packet", from: number, isReliable: boolean, bytes: Uint8Array]
  | readonly [atMs: number, what: "event", name: string, details: readonly unknown[]];

/** What a recorder saves: the last items, oldest first, and what they can be read with. */
export interface SessionRecording {
  /** Of this layout. */
  readonly format: 1;
  /** Who recorded. */
  readonly id: number;
  /** Of the message table. */
  readonly table: string;
  readonly items: readonly RecordedItem[];
}

export function encodeRecording(recording: SessionRecording): Uint8Array {
  return encodeVar(recording);
}

/** Throws a `TickmeshError` `invalid-recording` for bytes that are none: they may come from anywhere. */
export function decodeRecording(bytes: Uint8Array): SessionRecording {
  const recording = read(bytes);
  if (recording === null)
    throw new TickmeshError("invalid-recording", `${bytes.length} bytes are no recording of a session`);
  return recording;
}

function read(bytes: Uint8Array): SessionRecording | null {
  try {
    const recording = decodeVar(bytes) as SessionRecording;
    const { format, id, table, items } = recording;
    const isSound = format === 1 && isWhole(id, 0, 0x7fff_ffff) && typeof table === "string" && items.every(isItem);
    return isSound ? recording : null;
  } catch {
    return null;
  }
}

function isItem(item: unknown): item is RecordedItem {
  if (!Array.isArray(item) || typeof item[0] !== "number") return false;
  const [, what, third, fourth, fifth] = item as unknown[];
  if (what === "event") return typeof third === "string" && Array.isArray(fourth);
  return what === "packet" && typeof third === "number" && typeof fourth === "boolean" && fifth instanceof Uint8Array;
}
