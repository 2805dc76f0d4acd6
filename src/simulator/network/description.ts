import { MAX_MESSAGE_SIZE } from "../../seam/bounds.ts";

/**
 * Session descriptions of virtual connections: they look like a browser's, so that whatever carries real ones carries these,
 * but all they say is which connection of the network made them.
 */
export function describe(connection: number): string {
  return [
    "v=0",
    `o=- ${connection} 2 IN IP4 127.0.0.1`,
    "s=-",
    "t=0 0",
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
    "c=IN IP4 0.0.0.0",
    `a=mid:${MEDIA}`,
    "a=sctp-port:5000",
    `a=max-message-size:${MAX_MESSAGE_SIZE}`,
    "",
  ].join("\r\n");
}

/** The only section's `mid`. */
export const MEDIA = "0";

/** The connection that made a description; throws, in words, if none did. */
export function connectionOf(sdp: string): number {
  const number = /^v=0\r?\no=- (\d{1,15}) 2 IN IP4 /.exec(sdp)?.[1];
  if (number === undefined) throw new Error("the description is malformed");
  return Number(number);
}

/** A candidate line for an address and a port, `"198.18.0.1 50000"`. */
export function candidateLine(foundation: number, address: string): string {
  return `candidate:${foundation} 1 udp 2113937151 ${address} typ host generation 0`;
}

/** The address and port in a candidate line; throws, in words, if it is none. */
export function addressOf(line: string): string {
  const address = /^candidate:\S+ \d+ udp \d+ (\S+ \d+) typ \S+/i.exec(line)?.[1];
  if (address === undefined) throw new Error(`the candidate line is malformed: ${JSON.stringify(line.slice(0, 60))}`);
  return address;
}
