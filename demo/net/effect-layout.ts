import type { BoltFired, BumpReport, PlayerId } from "../game/types.ts";
import { PacketKind } from "./packet-kind.ts";

/**
 * One-shot effects, little-endian. Whose they are is not in them: it is whoever sent them.
 * fired, 22 bytes: kind u8 · bolt u32 · x, y, vx, vy f32 · big u8.
 * bumped, 21 bytes: kind u8 · other u32 · pushX, pushY, x, y f32.
 * boosted, 1 byte: kind u8.
 */
const FIRED_BYTES = 22;
const BUMPED_BYTES = 21;
/** What happens further out than this happens in the water, where nothing happens. Units. */
const FARTHEST = 4_000;
/** Units per second. */
const FASTEST = 4_000;

export type EffectMessage =
  | { readonly type: "fired"; readonly fired: BoltFired }
  | { readonly type: "bumped"; readonly bump: BumpReport }
  | { readonly type: "boosted"; readonly player: PlayerId };

export function encodeFired(fired: BoltFired): Uint8Array {
  const bytes = new Uint8Array(FIRED_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, PacketKind.FIRED);
  view.setUint32(1, fired.bolt, true);
  setFloats(view, 5, [fired.x, fired.y, fired.vx, fired.vy]);
  view.setUint8(21, fired.big ? 1 : 0);
  return bytes;
}

export function encodeBumped(bump: BumpReport): Uint8Array {
  const bytes = new Uint8Array(BUMPED_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, PacketKind.BUMPED);
  view.setUint32(1, bump.other, true);
  setFloats(view, 5, [bump.pushX, bump.pushY, bump.x, bump.y]);
  return bytes;
}

export function encodeBoosted(): Uint8Array {
  return Uint8Array.of(PacketKind.BOOSTED);
}

/** `null` for what is no effect, or lies beyond everything that the game can do. */
export function decodeEffect(bytes: Uint8Array, from: PlayerId): EffectMessage | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes[0] === PacketKind.FIRED && bytes.length === FIRED_BYTES) {
    const [x, y, vx, vy] = [5, 9, 13, 17].map((at) => view.getFloat32(at, true)) as [number, number, number, number];
    if (!near(x, y) || !within(FASTEST, vx, vy) || view.getUint8(21) > 1) return null;
    const fired = { shooter: from, bolt: view.getUint32(1, true), x, y, vx, vy, big: view.getUint8(21) === 1 };
    return { type: "fired", fired };
  }
  if (bytes[0] === PacketKind.BUMPED && bytes.length === BUMPED_BYTES) {
    const [pushX, pushY, x, y] = [5, 9, 13, 17].map((at) => view.getFloat32(at, true)) as [
      number,
      number,
      number,
      number,
    ];
    if (!near(x, y) || !within(FASTEST, pushX, pushY)) return null;
    return { type: "bumped", bump: { player: from, other: view.getUint32(1, true), pushX, pushY, x, y } };
  }
  if (bytes[0] === PacketKind.BOOSTED && bytes.length === 1) return { type: "boosted", player: from };
  return null;
}

function setFloats(view: DataView, at: number, values: readonly number[]): void {
  for (const [index, value] of values.entries()) view.setFloat32(at + index * 4, value, true);
}

function near(x: number, y: number): boolean {
  return within(FARTHEST, x, y);
}

/** False for NaN too. */
function within(limit: number, x: number, y: number): boolean {
  return Math.abs(x) <= limit && Math.abs(y) <= limit;
}
