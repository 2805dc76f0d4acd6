import { createHmac, type KeyObject, timingSafeEqual } from "node:crypto";

/** What a JWT says of itself whose signature is an HMAC with SHA-256. */
const HEADER = Buffer.from(JSON.stringify({ alg: "HS256" })).toString("base64url");

/** What a paper says beyond its facts. */
interface Standing {
  /** What it is for. */
  readonly audience: string;
  /** Unit: s since 1970. */
  readonly untilSeconds: number;
}

/** A JWT that says these facts, signed with the key. */
export function signPaper(facts: object, { audience, untilSeconds }: Standing, key: KeyObject): string {
  const body = Buffer.from(JSON.stringify({ ...facts, aud: audience, exp: untilSeconds })).toString("base64url");
  const signed = `${HEADER}.${body}`;
  return `${signed}.${signatureOf(signed, key)}`;
}

/**
 * The facts of a JWT that was signed with the key, for that audience, and is still good; else `null`. No other header than the one
 * that `signPaper` writes is looked at: a paper cannot choose how it is checked.
 */
export function readPaper(paper: string, audience: string, nowMs: number, key: KeyObject): object | null {
  const [header, body = "", signature = "", ...more] = paper.split(".");
  if (header !== HEADER || more.length > 0) return null;
  const given = Buffer.from(signature);
  const right = Buffer.from(signatureOf(`${header}.${body}`, key));
  if (given.length !== right.length || !timingSafeEqual(given, right)) return null;
  // It says what this service wrote.
  const facts = JSON.parse(Buffer.from(body, "base64url").toString()) as {
    readonly aud?: unknown;
    readonly exp?: unknown;
  };
  const isGood = facts.aud === audience && typeof facts.exp === "number" && facts.exp > Math.floor(nowMs / 1_000);
  return isGood ? facts : null;
}

function signatureOf(text: string, key: KeyObject): string {
  return createHmac("sha256", key).update(text).digest("base64url");
}
