import { RandomStream } from "../network/random-stream.ts";

/** The content of the packet of some number under some seed: any two of 8 bytes or more differ. */
export function payload(seed: number, number: number, size: number): Uint8Array {
  const stream = RandomStream.named(seed, `payload ${number}`);
  const words = new Uint32Array((size + 3) >> 2);
  for (let i = 0; i < words.length; i++) words[i] = stream.nextUint32();
  return new Uint8Array(words.buffer, 0, size);
}
