import { Packr, RESET_BUFFER_MODE } from "msgpackr";
import { Packr as PackrWithoutEval } from "msgpackr/index-no-eval";
import { seededRandom } from "../../src/base/random.ts";
import { ByteReader } from "../../src/codec/byte-reader.ts";
import { ByteWriter } from "../../src/codec/byte-writer.ts";
import { flag } from "../../src/codec/flag.ts";
import { layout, list } from "../../src/codec/layout.ts";
import { f32, u8, u16 } from "../../src/codec/number-fields.ts";
import type { Payload } from "../../src/codec/payload.ts";
import { quantised } from "../../src/codec/quantised.ts";

/**
 * raw: msgpackr without `eval`, its records known to both ends; again: the same; eval: its build with `eval`; ours: a layout with
 * quantised floats; exact: a layout with floats of single precision, which msgpackr writes too.
 */
export type SnapshotSide = "raw" | "again" | "eval" | "ours" | "exact";

export interface SnapshotOptions {
  readonly side: SnapshotSide;
  readonly way: "encode" | "decode";
  readonly measureMs: number;
}

interface Codec {
  /** How many bytes it takes. */
  encode(snapshot: unknown): number;
  /** The bytes of what was encoded last, for good. */
  kept(): Uint8Array;
  decode(bytes: Uint8Array): unknown;
}

const ENTITIES = 20;
/** A moving world: no codec sees the same values over and over. */
const SNAPSHOTS = 64;
const BATCH = 32;

const flags = { isGrounded: flag(), isFiring: flag(), isShielded: flag(), isBoosting: flag() };

const quantisedSnapshot = layout({
  entities: list(
    layout({
      id: u16(),
      x: quantised({ min: -2_048, max: 2_048, bits: 16 }),
      y: quantised({ min: -2_048, max: 2_048, bits: 16 }),
      rotation: quantised({ min: 0, max: 2 * Math.PI, bits: 16 }),
      velocityX: quantised({ min: -64, max: 64, bits: 16 }),
      velocityY: quantised({ min: -64, max: 64, bits: 16 }),
      health: u8(),
      ...flags,
    }),
    64,
  ),
});

const exactSnapshot = layout({
  entities: list(
    layout({
      id: u16(),
      x: f32(),
      y: f32(),
      rotation: f32(),
      velocityX: f32(),
      velocityY: f32(),
      health: u8(),
      ...flags,
    }),
    64,
  ),
});

function layoutCodec<T>(payload: Payload<T>): Codec {
  const to = new ByteWriter();
  const from = new ByteReader();
  return {
    encode(snapshot) {
      to.clear();
      payload.write(snapshot as T, to);
      return to.length;
    },
    kept: () => to.bytes.slice(0, to.length),
    decode: (bytes) => payload.read(from.reset(bytes)),
  };
}

/** Records that both ends know, and floats of single precision, as short and as fast as it gets. */
function msgpackrCodec(Of: typeof Packr): Codec {
  const packr = new Of({ structures: [], useFloat32: 1 });
  let last: Uint8Array = new Uint8Array();
  return {
    encode(snapshot) {
      last = packr.pack(snapshot, RESET_BUFFER_MODE);
      return last.length;
    },
    kept: () => new Uint8Array(last),
    decode: (bytes) => packr.unpack(bytes),
  };
}

const makers: Record<SnapshotSide, () => Codec> = {
  raw: () => msgpackrCodec(PackrWithoutEval as typeof Packr),
  again: () => makers.raw(),
  eval: () => msgpackrCodec(Packr),
  ours: () => layoutCodec(quantisedSnapshot),
  exact: () => layoutCodec(exactSnapshot),
};

const codecs = new Map<SnapshotSide, Codec>();

function codecOf(side: SnapshotSide): Codec {
  const known = codecs.get(side) ?? makers[side]();
  codecs.set(side, known);
  return known;
}

function snapshots(): readonly unknown[] {
  const random = seededRandom(20);
  const within = (min: number, max: number): number => min + (random.nextUint32() / 2 ** 32) * (max - min);
  const is = (): boolean => random.nextUint32() % 2 === 1;
  const entity = () => ({
    id: random.nextUint32() % 65_536,
    x: within(-2_000, 2_000),
    y: within(-2_000, 2_000),
    rotation: within(0, 6.28),
    velocityX: within(-60, 60),
    velocityY: within(-60, 60),
    health: random.nextUint32() % 101,
    isGrounded: is(),
    isFiring: is(),
    isShielded: is(),
    isBoosting: is(),
  });
  return Array.from({ length: SNAPSHOTS }, () => ({ entities: Array.from({ length: ENTITIES }, entity) }));
}

/** Bytes of a snapshot, on average. */
export function snapshotBytes(side: SnapshotSide): number {
  const codec = codecOf(side);
  const all = snapshots();
  return all.reduce<number>((sum, snapshot) => sum + codec.encode(snapshot), 0) / all.length;
}

/** Snapshots encoded or decoded. Unit: a second. */
export function snapshotRate({ side, way, measureMs }: SnapshotOptions): number {
  const codec = codecOf(side);
  const all = snapshots();
  const encoded = all.map((snapshot) => {
    codec.encode(snapshot);
    return codec.kept();
  });
  const work: (i: number) => unknown =
    way === "encode"
      ? (i) => codec.encode(all[i % SNAPSHOTS])
      : (i) => codec.decode(encoded[i % SNAPSHOTS] as Uint8Array);
  const startMs = performance.now();
  let count = 0;
  let tookMs = 0;
  // What comes of it is used, so that no engine leaves it out.
  let used: unknown;
  while (tookMs < measureMs) {
    for (let i = 0; i < BATCH; i++) used = work(count++);
    tookMs = performance.now() - startMs;
  }
  if (used === undefined) throw new Error(`${side} gave nothing`);
  return (count / tookMs) * 1_000;
}
