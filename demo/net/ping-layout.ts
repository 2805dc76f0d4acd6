import { PacketKind } from "./packet-kind.ts";

const PING_BYTES = 5;

/** A ping or its answer: kind u8 · token u32, little-endian. The token is the asker's clock in ms. */
export function encodePing(kind: typeof PacketKind.PING | typeof PacketKind.PONG, token: number): Uint8Array {
  const bytes = new Uint8Array(PING_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, kind);
  view.setUint32(1, token >>> 0, true);
  return bytes;
}

/** The token, or `null` for what is neither ping nor pong. */
export function decodePing(bytes: Uint8Array): number | null {
  if (bytes.length !== PING_BYTES || (bytes[0] !== PacketKind.PING && bytes[0] !== PacketKind.PONG)) return null;
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(1, true);
}
