import type { Arrived } from "./link.ts";

/** A message's number is written at its beginning. */
export function setFirstWord(bytes: Uint8Array<ArrayBuffer>, word: number): void {
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(0, word);
}

export function firstWord(packet: Arrived): number {
  return (ArrayBuffer.isView(packet) ? new DataView(packet.buffer, packet.byteOffset) : new DataView(packet)).getUint32(
    0,
  );
}
