import { decodeVar, encodeVar } from "../../src/codec/var.ts";
import { TransferMode } from "../../src/multiplayer/multiplayer-peer.ts";
import type { VirtualPeer } from "./virtual-mesh.ts";

/** What a frame is, by its first four bits. */
export const Kind = { RELIABLE: 1, UNRELIABLE: 2, HELLO: 3, ACCEPT: 4, REFUSE: 5 } as const;

/** A frame by docs/wire-format.md alone. */
export function frame(
  kind: number,
  number: number,
  acknowledgement: number,
  ...rest: readonly Uint8Array[]
): Uint8Array {
  const head = new Uint8Array(4);
  new DataView(head.buffer).setUint32(0, ((kind << 28) | ((number & 0x3fff) << 14) | (acknowledgement & 0x3fff)) >>> 0);
  return joined(head, ...rest);
}

export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

export function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Uint8Array.of(...bytes, rest);
}

export function entry(type: number, ...content: readonly Uint8Array[]): Uint8Array {
  const bytes = joined(...content);
  return joined(varint(type), varint(bytes.length), bytes);
}

export interface RawHello {
  readonly game?: string;
  readonly version?: string;
  /** Of the message table. */
  readonly hash: string;
  readonly credit?: number;
}

/** A mesh peer without a session, that speaks its protocol byte by byte: honestly up to the handshake's end, and then what a test wants. */
export class RawSpeaker {
  /** What came, by the channel that it came on. */
  readonly reliable: Uint8Array[] = [];
  readonly unreliable: Uint8Array[] = [];
  readonly #virtual: VirtualPeer;
  /** Reliable and unreliable frames sent. */
  #sent = 0;
  #sentUnreliable = 0;

  constructor(virtual: VirtualPeer) {
    this.#virtual = virtual;
  }

  get isConnected(): boolean {
    return [...this.#virtual.peer.getPeers().values()].some(({ connected }) => connected);
  }

  isConnectedTo(id: number): boolean {
    return this.#virtual.peer.getPeer(id)?.connected === true;
  }

  /** Takes what has come since the last poll. */
  read(): void {
    const { peer } = this.#virtual;
    while (peer.getAvailablePacketCount() > 0) {
      const isReliable = peer.getPacketMode() === TransferMode.RELIABLE;
      (isReliable ? this.reliable : this.unreliable).push(peer.getPacket());
    }
  }

  put(to: number, mode: TransferMode, bytes: Uint8Array): void {
    const { peer } = this.#virtual;
    peer.setTargetPeer(to);
    peer.transferMode = mode;
    peer.putPacket(bytes);
  }

  sayHello(to: number, { game = "game", version = "1", hash, credit = 1_048_576 }: RawHello): void {
    const hello = { p: 1, g: game, v: version, t: hash, e: 7, c: credit, r: null, d: null };
    this.put(to, TransferMode.RELIABLE, frame(Kind.HELLO, 0, 0, encodeVar(hello)));
  }

  /** Answers the hello that came first. */
  accept(to: number): void {
    const hello = this.reliable.find((bytes) => (bytes[0] ?? 0) >> 4 === Kind.HELLO);
    if (hello === undefined) throw new Error("no hello has come");
    const { e } = decodeVar(hello.subarray(4)) as { readonly e: number };
    this.put(to, TransferMode.RELIABLE, frame(Kind.ACCEPT, 0, 0, encodeVar({ e })));
  }

  /** Entries in a reliable frame that is as it should be. */
  tell(to: number, ...entries: readonly Uint8Array[]): void {
    this.put(to, TransferMode.RELIABLE, frame(Kind.RELIABLE, this.#sent, 0, ...entries));
    this.#sent += 1;
  }

  /** Entries in an unreliable frame that is as it should be. */
  tellLightly(to: number, ...entries: readonly Uint8Array[]): void {
    this.put(to, TransferMode.UNRELIABLE, frame(Kind.UNRELIABLE, this.#sentUnreliable, 0, ...entries));
    this.#sentUnreliable += 1;
  }
}
