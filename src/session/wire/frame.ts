import { FRAME_NUMBERS } from "../limits.ts";

const NUMBER_MASK = FRAME_NUMBERS - 1;

/** `received`: how many reliable frames of the other side have been read, as acknowledgement. */
export function writeFrameHeader(bytes: Uint8Array, kind: number, number: number, received: number): void {
  const n = number & NUMBER_MASK;
  const ack = received & NUMBER_MASK;
  bytes[0] = (kind << 4) | (n >> 10);
  bytes[1] = n >> 2;
  bytes[2] = (n << 6) | (ack >> 8);
  bytes[3] = ack;
}

/** 0 for a frame that is too short. */
export function frameKind(bytes: Uint8Array): number {
  return bytes.length < 4 ? 0 : (bytes[0] as number) >> 4;
}

export function frameNumber(bytes: Uint8Array): number {
  return (((bytes[0] as number) & 15) << 10) | ((bytes[1] as number) << 2) | ((bytes[2] as number) >> 6);
}

export function frameAcknowledgement(bytes: Uint8Array): number {
  return (((bytes[2] as number) & 63) << 8) | (bytes[3] as number);
}

/** How far `number` is ahead of a full count: negative if it is older. From −8,192 to 8,191. */
export function aheadOf(count: number, number: number): number {
  return (((number - count) & NUMBER_MASK) ^ (FRAME_NUMBERS / 2)) - FRAME_NUMBERS / 2;
}
