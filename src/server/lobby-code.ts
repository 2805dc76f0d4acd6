import { matchMaker } from "@colyseus/core";
import type { RandomSource } from "../base/random.ts";
import { CODE_ALPHABET, CODE_LENGTH } from "../lobby/protocol.ts";
import { CODE_CLAIM_SECONDS, MAX_CODE_DRAWS } from "./limits.ts";

const keyOf = (code: string): string => `tickmesh-code:${code}`;

/** Five letters, each as likely as any other: draws that would favour the first letters are drawn again. */
export function drawCode(random: RandomSource): string {
  const fair = 2 ** 32 - (2 ** 32 % CODE_ALPHABET.length);
  let code = "";
  while (code.length < CODE_LENGTH) {
    const drawn = random.nextUint32();
    if (drawn < fair) code += CODE_ALPHABET[drawn % CODE_ALPHABET.length];
  }
  return code;
}

/**
 * A code that no lobby of any process has. The claim, an atomic count in the shared presence, keeps two processes that draw
 * the same code at the same moment apart until the room is recorded where everybody looks it up.
 */
export async function claimCode(random: RandomSource): Promise<string> {
  for (let draw = 0; draw < MAX_CODE_DRAWS; draw++) {
    const code = drawCode(random);
    const claims = await matchMaker.presence.hincrbyex(keyOf(code), "claims", 1, CODE_CLAIM_SECONDS);
    if (claims === 1 && !(await matchMaker.driver.has(code))) return code;
  }
  throw new Error(`no free lobby code in ${MAX_CODE_DRAWS} draws`);
}

/**
 * Claims a code that a lobby had which is gone. False if somebody else is claiming it, or has it again: the same count keeps two
 * processes apart that are asked at the same moment.
 */
export async function reclaimCode(code: string): Promise<boolean> {
  const { presence } = matchMaker;
  // Who merely asks does not make a claim last longer whose process died.
  if ((await presence.hget(keyOf(code), "claims")) || (await isRecorded(code))) return false;
  if ((await presence.hincrbyex(keyOf(code), "claims", 1, CODE_CLAIM_SECONDS)) !== 1) return false;
  if (!(await isRecorded(code))) return true;
  releaseCode(code);
  return false;
}

/** Whether a process that lives has this lobby. */
async function isRecorded(code: string): Promise<boolean> {
  return !!(await matchMaker.driver.findOne({ roomId: code }));
}

/** Gives a claim back, once the lobby is recorded, is gone, or was never made. */
export function releaseCode(code: string): void {
  matchMaker.presence.del(keyOf(code));
}
