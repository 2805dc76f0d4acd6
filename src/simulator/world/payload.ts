import { RandomStream } from "../network/random-stream.ts";

/** The content of the packet of some number under some seed: drawn, so that another packet's is hardly ever the same. */
export function payload(seed: number, number: number, size: number): Uint8Array {
  const stream = RandomStream.named(seed, `payload ${number}`);
  const words = new Uint32Array((size + 3) >> 2);
  for (let i = 0; i < words.length; i++) words[i] = stream.nextUint32();
  return new Uint8Array(words.buffer, 0, size);
}
