import type { RandomSource } from "./random.ts";

/** 32 random hexadecimal digits: 128 bits, so that nobody guesses them if the source is the machine's. */
export function drawHex(random: RandomSource): string {
  let digits = "";
  for (let i = 0; i < 4; i++) digits += random.nextUint32().toString(16).padStart(8, "0");
  return digits;
}
