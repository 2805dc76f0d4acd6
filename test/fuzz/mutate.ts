import type { RandomSource } from "../../src/base/random.ts";
import { draw, drawBytes, pick } from "./draw.ts";

/** Where lengths, signs and formats change. */
const EDGES = [
  0, 1, 2, 0x7f, 0x80, 0x81, 0x8f, 0x90, 0xa0, 0xbf, 0xc0, 0xc1, 0xc4, 0xcb, 0xd4, 0xdb, 0xdd, 0xdf, 0xfe, 0xff,
];

type Mutation = (bytes: number[], random: RandomSource, others: readonly Uint8Array[]) => void;

const MUTATIONS: readonly Mutation[] = [
  (bytes, random) => {
    const at = draw(random, bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << draw(random, 8));
  },
  (bytes, random) => {
    bytes[draw(random, bytes.length)] = pick(random, EDGES);
  },
  (bytes, random) => {
    bytes.splice(draw(random, bytes.length + 1), 0, ...drawBytes(random, 1 + draw(random, 8)));
  },
  (bytes, random) => {
    bytes.splice(draw(random, bytes.length), 1 + draw(random, 8));
  },
  (bytes, random) => {
    bytes.length = draw(random, bytes.length + 1);
  },
  // A part of it again, as lists and maps have parts.
  (bytes, random) => {
    const at = draw(random, bytes.length);
    bytes.splice(at, 0, ...bytes.slice(at, at + 1 + draw(random, 32)));
  },
  (bytes, random, others) => {
    const other = pick(random, others);
    const at = draw(random, other.length);
    bytes.splice(draw(random, bytes.length + 1), draw(random, 16), ...other.subarray(at, at + 1 + draw(random, 64)));
  },
];

/** Nothing longer than this is tried. Unit: bytes. */
const MAX_INPUT_BYTES = 4_096;

/** An input: bytes by chance, or one of those known, changed in one to four places. */
export function nextInput(random: RandomSource, known: readonly Uint8Array[]): Uint8Array {
  if (known.length === 0 || draw(random, 4) === 0)
    return drawBytes(random, draw(random, pick(random, [4, 16, 64, 256])));
  const bytes = [...pick(random, known)];
  for (let count = draw(random, 5); count > 0; count--) pick(random, MUTATIONS)(bytes, random, known);
  return Uint8Array.from(bytes.slice(0, MAX_INPUT_BYTES));
}
