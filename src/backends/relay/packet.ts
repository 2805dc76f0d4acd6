import type { ChannelOptions } from "../../seam/connection-backend.ts";

/**
 * Packets of a relayed connection. The first byte is the kind, then comes the channel's number in two bytes (least significant
 * first; 0 where none is meant), then the rest.
 */
export const PacketKind = {
  /** A part of a message: more of it follows. */
  PART: 0,
  /** The last or only part of a binary message, and so of a text. */
  BINARY: 1,
  TEXT: 2,
  /** Makes a channel that was not negotiated: see `openPacket`. */
  OPEN: 3,
  /** Nothing more comes on this channel, and nothing is heard. Answered by `CLOSED`. */
  CLOSE: 4,
  CLOSED: 5,
  /** All that this channel is still to carry comes another way. Answered by `MARKED`. */
  MARK: 6,
  MARKED: 7,
  /** How many bytes of the packets of channels have come in all: four bytes, least significant first, modulo 2³². */
  ACKNOWLEDGE: 8,
  /** Something that the two sides say to each other beside the channels. */
  NOTE: 9,
  /** The sender has closed the connection. */
  BYE: 10,
} as const;
export type PacketKind = (typeof PacketKind)[keyof typeof PacketKind];

export const HEADER_BYTES = 3;

const NO_PAYLOAD = new Uint8Array(0);

export function packet(kind: PacketKind, channel: number, payload: Uint8Array = NO_PAYLOAD): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEADER_BYTES + payload.length);
  bytes[0] = kind;
  bytes[1] = channel & 255;
  bytes[2] = channel >> 8;
  bytes.set(payload, HEADER_BYTES);
  return bytes;
}

export function acknowledgement(byteCount: number): Uint8Array<ArrayBuffer> {
  const payload = new Uint8Array(4);
  new DataView(payload.buffer).setUint32(0, byteCount, true);
  return packet(PacketKind.ACKNOWLEDGE, 0, payload);
}

/** Its count; `null` if this is none. */
export function acknowledgedBytes(payload: Uint8Array): number | null {
  return payload.length === 4 ? new DataView(payload.buffer, payload.byteOffset).getUint32(0, true) : null;
}

const ORDERED = 1;
const TIMED = 2;
const COUNTED = 4;
const FIXED_BYTES = 5;

/** What makes a channel: flags, its lifetime or number of retransmissions, the length of the label, label, protocol. */
export function openPayload(label: Uint8Array, options: ChannelOptions): Uint8Array {
  const { ordered, maxPacketLifeTime, maxRetransmits } = options;
  const protocol = new TextEncoder().encode(options.protocol);
  const payload = new Uint8Array(FIXED_BYTES + label.length + protocol.length);
  const view = new DataView(payload.buffer);
  payload[0] =
    (ordered ? ORDERED : 0) | (maxPacketLifeTime === null ? 0 : TIMED) | (maxRetransmits === null ? 0 : COUNTED);
  view.setUint16(1, maxPacketLifeTime ?? maxRetransmits ?? 0, true);
  view.setUint16(3, label.length, true);
  payload.set(label, FIXED_BYTES);
  payload.set(protocol, FIXED_BYTES + label.length);
  return payload;
}

/** What a far side made; `null` if it makes no sense. */
export function readOpenPayload(payload: Uint8Array, id: number): { label: string; options: ChannelOptions } | null {
  if (payload.length < FIXED_BYTES) return null;
  const view = new DataView(payload.buffer, payload.byteOffset);
  const flags = payload[0] as number;
  const limit = view.getUint16(1, true);
  const protocolAt = FIXED_BYTES + view.getUint16(3, true);
  if (flags > 7 || (flags & TIMED && flags & COUNTED) || protocolAt > payload.length) return null;
  const text = (from: number, to?: number): string => textOf(payload.subarray(from, to));
  return {
    label: text(FIXED_BYTES, protocolAt),
    options: {
      negotiated: false,
      id,
      ordered: (flags & ORDERED) !== 0,
      maxPacketLifeTime: flags & TIMED ? limit : null,
      maxRetransmits: flags & COUNTED ? limit : null,
      protocol: text(protocolAt),
    },
  };
}

export function textOf(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}
