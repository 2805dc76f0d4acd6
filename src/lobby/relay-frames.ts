import { MAX_RELAY_NAME_LENGTH } from "../seam/relay-pipe.ts";

/**
 * What two pages say to each other through the relay. Each side numbers its lines; a line is up once both sides know the other's
 * number for it. Whoever opens a line says so, and again when the other one's relay comes up.
 */
export type RelayFrame =
  | { readonly kind: "open"; readonly number: number; readonly name: string }
  /** Answers `open`: `to` is the asker's number, `number` the answerer's own. */
  | { readonly kind: "accept"; readonly to: number; readonly number: number }
  | { readonly kind: "packet"; readonly to: number; readonly packet: Uint8Array<ArrayBuffer> }
  | { readonly kind: "close"; readonly to: number };

const OPEN = 1;
const ACCEPT = 2;
const PACKET = 3;
const CLOSE = 4;

/** Lines are numbered from 0 to this. */
export const MAX_LINE_NUMBER = 65_535;

/** A frame to a peer, as it is given to the relay's socket. */
export function writeFrame(peerId: number, frame: RelayFrame): Uint8Array {
  switch (frame.kind) {
    case "open": {
      const bytes = header(peerId, OPEN, frame.number, frame.name.length);
      for (let i = 0; i < frame.name.length; i++) bytes[7 + i] = frame.name.charCodeAt(i);
      return bytes;
    }
    case "accept": {
      const bytes = header(peerId, ACCEPT, frame.to, 2);
      new DataView(bytes.buffer).setUint16(7, frame.number);
      return bytes;
    }
    case "packet": {
      const bytes = header(peerId, PACKET, frame.to, frame.packet.length);
      bytes.set(frame.packet, 7);
      return bytes;
    }
    case "close":
      return header(peerId, CLOSE, frame.to, 0);
  }
}

/** Who sent a frame, and what it says; `null` if that is nothing. The packet is a part of `bytes`. */
export function readFrame(
  bytes: Uint8Array<ArrayBuffer>,
): { readonly from: number; readonly frame: RelayFrame } | null {
  if (bytes.length < 7) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const from = view.getUint32(0);
  const number = view.getUint16(5);
  switch (bytes[4]) {
    case OPEN: {
      const name = String.fromCharCode(...bytes.subarray(7, 8 + MAX_RELAY_NAME_LENGTH));
      return isLineName(name) ? { from, frame: { kind: "open", number, name } } : null;
    }
    case ACCEPT:
      return bytes.length === 9 ? { from, frame: { kind: "accept", to: number, number: view.getUint16(7) } } : null;
    case PACKET:
      return { from, frame: { kind: "packet", to: number, packet: bytes.subarray(7) } };
    case CLOSE:
      return { from, frame: { kind: "close", to: number } };
    default:
      return null;
  }
}

export function isLineName(name: string): boolean {
  return name.length <= MAX_RELAY_NAME_LENGTH && /^[0-9a-z]+$/.test(name);
}

function header(peerId: number, kind: number, number: number, more: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(7 + more);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, peerId);
  bytes[4] = kind;
  view.setUint16(5, number);
  return bytes;
}
