import { isPeerId } from "../../base/peer-id.ts";
import * as FrameKind from "./frame-kind.ts";

/**
 * Frames of a star (docs/wire-format.md). A routed frame is eight bytes and a frame within: four bits kind, four bits 0, 24 bits the
 * number of the route, as the receiver counts its own, then the peer at the other end; highest byte first. Route 0 carries no frame, but
 * what is said of routes.
 */

/** Bytes before the frame within. */
export const ROUTE_HEADER_BYTES = 8;

/** Routes are numbered from 1 to this, and then from 1 again. */
export const MAX_ROUTE_NUMBER = 0xff_ffff;

const LINK_BYTES = ROUTE_HEADER_BYTES + 6;
const MEMBER_BYTES = 8;

/** `FORWARD` on the way to the hub, where `peerId` is for whom it is; `FORWARDED` from there, where it is of whom. */
export function writeRouteHeader(bytes: Uint8Array, kind: number, route: number, peerId: number): void {
  bytes[0] = kind << 4;
  bytes[1] = route >> 16;
  bytes[2] = route >> 8;
  bytes[3] = route;
  bytes[4] = peerId >> 24;
  bytes[5] = peerId >> 16;
  bytes[6] = peerId >> 8;
  bytes[7] = peerId;
}

/**
 * Whether it is a routed frame: long enough, with nothing but zero where nothing is meant, and a peer at the other end; on route 0 a word,
 * which is reliable.
 */
export function isRouted(bytes: Uint8Array, isReliable: boolean): boolean {
  if (bytes.length < ROUTE_HEADER_BYTES || ((bytes[0] as number) & 15) !== 0 || !isPeerId(routedPeer(bytes)))
    return false;
  return routeNumber(bytes) !== 0 || (isReliable && bytes.length === LINK_BYTES);
}

export function routeNumber(bytes: Uint8Array): number {
  return ((bytes[1] as number) << 16) | ((bytes[2] as number) << 8) | (bytes[3] as number);
}

export function routedPeer(bytes: Uint8Array): number {
  return uint32(bytes, 4);
}

/** What one end says of a route: its own number, 0 if it has none any more; and the other's that it means, 0 if it knows none. */
export interface RouteWord {
  readonly mine: number;
  readonly yours: number;
}

export function routeWord(kind: number, peerId: number, { mine, yours }: RouteWord): Uint8Array {
  const bytes = new Uint8Array(LINK_BYTES);
  writeRouteHeader(bytes, kind, 0, peerId);
  for (const [at, value] of [mine, yours].entries()) {
    const start = ROUTE_HEADER_BYTES + 3 * at;
    bytes[start] = value >> 16;
    bytes[start + 1] = value >> 8;
    bytes[start + 2] = value;
  }
  return bytes;
}

/** `null` if it is none. */
export function readRouteWord(bytes: Uint8Array): RouteWord | null {
  if (bytes.length !== LINK_BYTES) return null;
  return { mine: routeNumber(bytes.subarray(7)), yours: routeNumber(bytes.subarray(10)) };
}

/** Somebody whom a hub reaches, and which session of theirs. */
export interface Member {
  readonly id: number;
  readonly epoch: number;
}

/** Whom a hub reaches: four bytes with the kind, then eight for each member. */
export function rosterFrame(members: readonly Member[]): Uint8Array {
  const bytes = new Uint8Array(4 + MEMBER_BYTES * members.length);
  const view = new DataView(bytes.buffer);
  bytes[0] = FrameKind.ROSTER << 4;
  for (const [i, { id, epoch }] of members.entries()) {
    view.setUint32(4 + MEMBER_BYTES * i, id);
    view.setUint32(8 + MEMBER_BYTES * i, epoch);
  }
  return bytes;
}

/** `most`: as many members are taken. */
export function isRoster(bytes: Uint8Array, most: number): boolean {
  const count = (bytes.length - 4) / MEMBER_BYTES;
  return Number.isInteger(count) && count >= 0 && count <= most;
}

/** What is no peer id is left out. */
export function readRoster(bytes: Uint8Array): Member[] {
  const members: Member[] = [];
  for (let at = 4; at < bytes.length; at += MEMBER_BYTES) {
    const id = uint32(bytes, at);
    if (isPeerId(id)) members.push({ id, epoch: uint32(bytes, at + 4) });
  }
  return members;
}

/** A member that has left the hub, and why: four bytes with the kind, eight for the member, then the reason. */
export function departureFrame({ id, epoch }: Member, reason: string): Uint8Array {
  const words = new TextEncoder().encode(reason);
  const bytes = new Uint8Array(4 + MEMBER_BYTES + words.length);
  const view = new DataView(bytes.buffer);
  bytes[0] = FrameKind.DEPARTURE << 4;
  view.setUint32(4, id);
  view.setUint32(8, epoch);
  bytes.set(words, 4 + MEMBER_BYTES);
  return bytes;
}

/** `null` if it is none. */
export function readDeparture(bytes: Uint8Array): { readonly member: Member; readonly reason: string } | null {
  if (bytes.length <= 4 + MEMBER_BYTES || bytes.length > 4 + MEMBER_BYTES + 64) return null;
  const reason = new TextDecoder().decode(bytes.subarray(4 + MEMBER_BYTES));
  return { member: { id: uint32(bytes, 4), epoch: uint32(bytes, 8) }, reason };
}

function uint32(bytes: Uint8Array, at: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = bytes.subarray(at, at + 4);
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
}
