import type { Pose } from "../game/types.ts";
import { PacketKind } from "./packet-kind.ts";

/**
 * A pose on the wire, little-endian, 21 bytes, 30 times a second to every peer:
 * kind u8 · sequence u16 · sender's clock u32 (ms) · x i16, y i16 (1/16 unit) · vx i16, vy i16 (1/8 unit a second) ·
 * angle u16 (1/65,536 turn) · thrust i8 (1/127) · damage u16 (1/16) · flags u8 (1 alive, 2 boosting, 4 shielded).
 */
const POSE_BYTES = 21;
const TURN = Math.PI * 2;

export interface TimedPose {
  /** Counts up modulo 65,536. */
  readonly sequence: number;
  /** By the sender's clock, modulo 2^32. Unit: ms. */
  readonly sentMs: number;
  readonly pose: Pose;
}

export function encodePose(sequence: number, sentMs: number, pose: Pose): Uint8Array {
  const bytes = new Uint8Array(POSE_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, PacketKind.POSE);
  view.setUint16(1, sequence & 0xffff, true);
  view.setUint32(3, Math.floor(sentMs) >>> 0, true);
  view.setInt16(7, small(pose.x * 16), true);
  view.setInt16(9, small(pose.y * 16), true);
  view.setInt16(11, small(pose.vx * 8), true);
  view.setInt16(13, small(pose.vy * 8), true);
  view.setUint16(15, Math.round((pose.angle / TURN) * 65_536) & 0xffff, true);
  view.setInt8(17, Math.round(Math.max(-1, Math.min(1, pose.thrust)) * 127));
  view.setUint16(18, Math.max(0, Math.min(65_535, Math.round(pose.damage * 16))), true);
  view.setUint8(20, (pose.alive ? 1 : 0) | (pose.boosting ? 2 : 0) | (pose.shielded ? 4 : 0));
  return bytes;
}

/** `null` for what is no pose. Every value that the layout can hold is a possible one. */
export function decodePose(bytes: Uint8Array): TimedPose | null {
  if (bytes.length !== POSE_BYTES || bytes[0] !== PacketKind.POSE) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const turn = view.getUint16(15, true) / 65_536;
  const flags = view.getUint8(20);
  return {
    sequence: view.getUint16(1, true),
    sentMs: view.getUint32(3, true),
    pose: {
      x: view.getInt16(7, true) / 16,
      y: view.getInt16(9, true) / 16,
      vx: view.getInt16(11, true) / 8,
      vy: view.getInt16(13, true) / 8,
      angle: (turn > 0.5 ? turn - 1 : turn) * TURN,
      thrust: Math.max(-1, view.getInt8(17) / 127),
      damage: view.getUint16(18, true) / 16,
      alive: (flags & 1) !== 0,
      boosting: (flags & 2) !== 0,
      shielded: (flags & 4) !== 0,
    },
  };
}

function small(value: number): number {
  return Math.max(-32_768, Math.min(32_767, Math.round(value)));
}
