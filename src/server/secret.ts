import { createHash, timingSafeEqual } from "node:crypto";

/** Compares without telling by its duration how much of the guess was right, nor how long the secret is. */
export function sameSecret(guess: string, secret: string): boolean {
  return timingSafeEqual(digest(guess), digest(secret));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
