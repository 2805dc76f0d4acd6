/** The name of the only section of a relayed connection's descriptions. */
export const RELAY_MEDIA = "tickmesh-relay";

/** What each side draws: the line is called by both. 32 hexadecimal digits. */
const NONCE = /^[\da-f]{32}$/;

/** A description that says nothing but the nonce, in the form of one that could be a browser's. */
export function relayDescription(nonce: string): string {
  return [
    "v=0",
    "o=- 0 0 IN IP4 0.0.0.0",
    "s=-",
    "t=0 0",
    "m=application 9 TICKMESH-RELAY *",
    `a=mid:${RELAY_MEDIA}`,
    `a=${RELAY_MEDIA}:${nonce}`,
    "",
  ].join("\r\n");
}

/** The nonce that a description names. Throws, in words, for any other text. */
export function nonceOfDescription(sdp: string): string {
  const nonce = new RegExp(`^a=${RELAY_MEDIA}:(\\S+)\\r?$`, "m").exec(sdp)?.[1];
  if (nonce === undefined || !NONCE.test(nonce)) throw new Error("it is no description of a relayed connection");
  return nonce;
}

/** The relay as a candidate: a line in the form of one that could be a browser's. */
export function relayCandidate(nonce: string): string {
  return `candidate:${nonce} 1 tickmesh 1 0.0.0.0 9 typ relay`;
}

/** The nonce that a candidate line names; `null` for any other line. */
export function nonceOfCandidate(name: string): string | null {
  const nonce = /^candidate:(\S+) 1 tickmesh 1 0\.0\.0\.0 9 typ relay$/.exec(name)?.[1];
  return nonce !== undefined && NONCE.test(nonce) ? nonce : null;
}

/** What both call their line: the same on both sides. */
export function lineName(nonce: string, other: string): string {
  return nonce < other ? nonce + other : other + nonce;
}
