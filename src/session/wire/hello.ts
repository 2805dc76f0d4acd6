import { isWhole } from "../../base/whole.ts";
import { decodeVar, encodeVar } from "../../codec/var.ts";
import { FRAME_HEADER_BYTES, MAX_HELLO_BYTES, MAX_WORDS_LENGTH } from "../limits.ts";
import { writeFrameHeader } from "./frame.ts";

/** What each side says first. The keys on the wire are the letters beside them. */
export interface Hello {
  /** `p` */
  readonly protocol: number;
  /** `g` */
  readonly game: string;
  /** `v` */
  readonly version: string;
  /** `t`: the message table's hash. */
  readonly table: string;
  /** `e`: of this session, drawn anew for each: 32 bits. */
  readonly epoch: number;
  /** `c`: how many bytes of bulk lanes may be on their way to this side. */
  readonly creditBytes: number;
  /**
   * `r`: to go on with an earlier connection of these two epochs: the other side's, and how many reliable frames of it were
   * read. `null`: a beginning.
   */
  readonly resume: readonly [epoch: number, receivedFrames: number] | null;
  /** `d`: what the game's own check looks at. */
  readonly data: unknown;
}

/** Why a side refuses another. */
export const RefusalCode = {
  PROTOCOL: "protocol",
  GAME: "game",
  VERSION: "version",
  MESSAGES: "messages",
  /** The game's own check said no. */
  CHECK: "check",
  /** It did not say hello in time, or nothing that is a hello. */
  NO_HANDSHAKE: "no-handshake",
} as const;
export type RefusalCode = (typeof RefusalCode)[keyof typeof RefusalCode];

export interface Refusal {
  readonly code: RefusalCode;
  /** In words. */
  readonly reason: string;
}

export function writeHello({
  protocol,
  game,
  version,
  table,
  epoch,
  creditBytes,
  resume,
  data,
}: Hello): Record<string, unknown> {
  return { p: protocol, g: game, v: version, t: table, e: epoch, c: creditBytes, r: resume, d: data ?? null };
}

/** `null` if it is none. */
export function readHello(body: unknown): Hello | null {
  const { p, g, v, t, e, c, r, d } = fieldsOf(body);
  const isResume = Array.isArray(r) && r.length === 2 && isUint32(r[0]) && isWhole(r[1], 0, Number.MAX_SAFE_INTEGER);
  if (!isUint32(p) || !isUint32(e) || !isUint32(c) || (r !== null && !isResume)) return null;
  if (typeof g !== "string" || typeof v !== "string" || typeof t !== "string") return null;
  return {
    protocol: p,
    game: g,
    version: v,
    table: t,
    epoch: e,
    creditBytes: c,
    resume: r as Hello["resume"],
    data: d,
  };
}

/**
 * Names the epoch that is accepted; and, by the number of the reliable frame that will be sent first, that the earlier connection goes
 * on. `null`: a beginning.
 */
export function writeAccept(epoch: number, firstFrame: number | null): Record<string, unknown> {
  return firstFrame === null ? { e: epoch } : { e: epoch, n: firstFrame };
}

/** `undefined` if it does not accept this epoch; else the number of the first frame, `null` for a beginning. */
export function readAccept(body: unknown, epoch: number): number | null | undefined {
  const { e, n = null } = fieldsOf(body);
  return e === epoch && (n === null || typeof n === "number") ? n : undefined;
}

export function writeRefusal({ code, reason }: Refusal): Record<string, unknown> {
  return { c: code, w: reason.slice(0, MAX_WORDS_LENGTH) };
}

export function readRefusal(body: unknown): Refusal | null {
  const { c, w } = fieldsOf(body);
  const code = Object.values(RefusalCode).find((known) => known === c);
  return code === undefined || typeof w !== "string" ? null : { code, reason: w.slice(0, MAX_WORDS_LENGTH) };
}

/** A frame of the handshake: four bytes, then msgpack. */
export function handshakeFrame(kind: number, body: Record<string, unknown>): Uint8Array {
  const encoded = encodeVar(body);
  const frame = new Uint8Array(FRAME_HEADER_BYTES + encoded.length);
  writeFrameHeader(frame, kind, 0, 0);
  frame.set(encoded, FRAME_HEADER_BYTES);
  return frame;
}

/** What a frame of the handshake holds; `undefined` if that is no msgpack or too long. */
export function handshakeBody(frame: Uint8Array): unknown {
  if (frame.length > FRAME_HEADER_BYTES + MAX_HELLO_BYTES + 1_024) return undefined;
  try {
    return decodeVar(frame.subarray(FRAME_HEADER_BYTES));
  } catch {
    return undefined;
  }
}

function fieldsOf(body: unknown): Record<string, unknown> {
  return typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
}

function isUint32(value: unknown): value is number {
  return isWhole(value, 0, 0xffff_ffff);
}
