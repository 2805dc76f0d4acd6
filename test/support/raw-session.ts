import { decodeVar, encodeVar } from "../../src/codec/var.ts";
import { TransferMode } from "../../src/multiplayer/multiplayer-peer.ts";
import type { WebRTCMultiplayerPeer } from "../../src/multiplayer/web-rtc-multiplayer-peer.ts";
import type { VirtualPeer } from "./virtual-mesh.ts";

export const HELLO = 3;
export const ACCEPT = 4;
export const REFUSE = 5;

/** What a raw peer read: a frame of the handshake, or one with entries. */
export interface RawFrame {
  readonly kind: number;
  readonly number: number;
  readonly acknowledgement: number;
  readonly body: unknown;
  readonly entries: readonly (readonly [type: number, bytes: Uint8Array])[];
}

/** Speaks a session's wire format to one peer, byte by byte: it says whatever the test wants, also what no session would. */
export class RawSession {
  readonly #peer: WebRTCMultiplayerPeer;
  readonly #to: number;
  #reliable = 0;
  #unreliable = 0;
  /** Reliable frames that it says it has read. */
  acknowledged = 0;
  /** All that it has read. */
  readonly frames: RawFrame[] = [];

  constructor({ peer }: VirtualPeer, to: number) {
    this.#peer = peer;
    this.#to = to;
  }

  #nextUnreliable(): number {
    this.#unreliable += 1;
    return this.#unreliable - 1;
  }

  put(mode: TransferMode, bytes: Uint8Array): void {
    this.#peer.setTargetPeer(this.#to);
    this.#peer.transferMode = mode;
    this.#peer.putPacket(bytes);
  }

  handshake(kind: number, body: unknown): void {
    this.put(TransferMode.RELIABLE, joined(header(kind, 0, 0), encodeVar(body)));
  }

  hello(table: string, more: object = {}): void {
    this.handshake(HELLO, { p: 1, g: "game", v: "1", t: table, e: 77, c: 1_048_576, r: null, d: null, ...more });
  }

  accept(epoch: number): void {
    this.handshake(ACCEPT, { e: epoch });
  }

  /** Says and accepts all that an honest peer would. True once the other side has accepted it. */
  greet(table: string): boolean {
    this.read();
    if (this.frames.length === 0) return false;
    if (this.#reliable === 0) {
      this.#reliable = -1;
      this.hello(table);
      this.accept((this.body(HELLO) as { e: number }).e);
    }
    return this.body(ACCEPT) !== undefined;
  }

  reliable(...entries: readonly (readonly [type: number, ...bytes: number[]])[]): void {
    const number = Math.max(0, this.#reliable);
    this.#reliable = number + 1;
    this.put(TransferMode.RELIABLE, joined(header(1, number, this.acknowledged), ...entries.map(entry)));
  }

  /** `number`: of the frame; the next one unless given. */
  unreliable(entries: readonly (readonly [type: number, ...bytes: number[]])[], number = this.#nextUnreliable()): void {
    this.put(TransferMode.UNRELIABLE, joined(header(2, number, this.acknowledged), ...entries.map(entry)));
  }

  /** Reads what has come. */
  read(): readonly RawFrame[] {
    while (this.#peer.getAvailablePacketCount() > 0) this.frames.push(readFrame(this.#peer.getPacket()));
    return this.frames;
  }

  /** Of the last frame of the handshake of this kind. */
  body(kind: number): unknown {
    return this.frames.findLast((frame) => frame.kind === kind)?.body;
  }

  /** The entries that have come, of one type. */
  entries(type: number): readonly Uint8Array[] {
    return this.read().flatMap(({ entries }) => entries.flatMap(([its, bytes]) => (its === type ? [bytes] : [])));
  }
}

export function header(kind: number, number: number, acknowledgement: number): Uint8Array {
  const word = (kind * 2 ** 28 + (number % 16_384) * 2 ** 14 + (acknowledgement % 16_384)) >>> 0;
  return Uint8Array.of(word >>> 24, word >>> 16, word >>> 8, word);
}

export function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}

function entry([type, ...bytes]: readonly [type: number, ...bytes: number[]]): Uint8Array {
  return Uint8Array.of(...varint(type), ...varint(bytes.length), ...bytes);
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** Takes a frame apart as docs/wire-format.md says. Throws on what is none. */
export function readFrame(frame: Uint8Array): RawFrame {
  const word = new DataView(frame.buffer, frame.byteOffset, frame.length).getUint32(0);
  const kind = Math.floor(word / 2 ** 28);
  const head = { kind, number: Math.floor(word / 2 ** 14) % 2 ** 14, acknowledgement: word % 2 ** 14 };
  if (kind >= HELLO) return { ...head, body: decodeVar(frame.slice(4)), entries: [] };
  const entries: [number, Uint8Array][] = [];
  for (let at = 4; at < frame.length; ) {
    const [type, afterType] = readVarint(frame, at);
    const [length, start] = readVarint(frame, afterType);
    if (start + length > frame.length) throw new Error(`an entry of ${length} bytes in ${frame.length - start}`);
    entries.push([type, frame.slice(start, start + length)]);
    at = start + length;
  }
  return { ...head, body: undefined, entries };
}

export function readVarint(bytes: Uint8Array, start: number): [value: number, end: number] {
  let value = 0;
  for (let i = 0; i < 5; i++) {
    const byte = bytes[start + i];
    if (byte === undefined) throw new Error("a varint that is cut off");
    value += (byte % 128) * 2 ** (7 * i);
    if (byte < 128) return [value, start + i + 1];
  }
  throw new Error("a varint of more than five bytes");
}
