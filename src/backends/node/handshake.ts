/**
 * Who begins the DTLS handshake, the side that is told "active", is for the answering side to choose, unless the offer says it.
 *
 * libdatachannel has two weaknesses there. A side that begins before the other listens tries again only after a second; and a side
 * that takes an answer has ICE connect first, and notes whose certificate to expect a moment later: a handshake that is faster than
 * that is refused, and the connection fails.
 *
 * - With a browser at the far side, the browser listens early and tries again soon, but is fast when it begins. So libdatachannel
 *   begins when it offers; when it answers, the browser does.
 * - With libdatachannel at both ends, the answering side begins. And it waits with its search for a path, until the offering side's
 *   search has found it, or for `CANDIDATE_DELAY_MS`: so the offering side has the answer, and listens, before the handshake begins.
 *   On one machine that took 60 ms, always; without, 10 ms or 1,010 ms, and on a machine with too much to do 7 in 100 failed.
 */

/** Whether a description is libdatachannel's: ours in Node, or a native Godot's. */
export function isByLibdatachannel(sdp: string): boolean {
  return /^o=rtc /m.test(sdp);
}

/** An offer of libdatachannel's as the far side is to have it. */
export function offerToTell(sdp: string): string {
  return sdp.replace(EITHER_BEGINS, "a=setup:active");
}

/** An offer of the far side's as libdatachannel is to have it. */
export function offerToApply(sdp: string): string {
  return isByLibdatachannel(sdp)
    ? sdp.replace(OFFERER_BEGINS, "a=setup:actpass")
    : sdp.replace(EITHER_BEGINS, "a=setup:active");
}

const EITHER_BEGINS = /^a=setup:actpass/gm;
const OFFERER_BEGINS = /^a=setup:active/gm;
