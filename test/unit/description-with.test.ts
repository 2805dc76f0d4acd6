import { expect, test } from "vitest";
import { descriptionWith } from "../../src/backends/browser/description-with.ts";

const HEAD = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";
const SECTION =
  "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\na=mid:data\r\na=sctp-port:5000\r\n";
const SDP = HEAD + SECTION;

test("B2 candidates such as browsers write go into the description that they come right after", () => {
  for (const candidate of [
    "candidate:1 1 udp 2113937151 192.0.2.1 50000 typ host",
    "candidate:1745153299 1 udp 2122134271 fd00::2 47574 typ host generation 0 ufrag 0N/+ network-id 2",
    "candidate:1 1 UDP 2122252543 3e9a7b4e-0c1f-4d2a-9f43-7f6c1c1c0a55.local 58000 typ host",
    "candidate:4 1 udp 1 192.0.2.1 9 typ relay raddr 192.0.2.7 rport 54321 generation 0 ufrag abcd network-id 1 network-cost 50",
  ]) {
    expect(descriptionWith(SDP, "data", 0, candidate)).toBe(`${SDP}a=${candidate}\r\n`);
    expect(descriptionWith(SDP, "", 0, candidate)).toBe(`${SDP}a=${candidate}\r\n`);
  }
});

test("B2 whatever else may be in a candidate stays out of a description", () => {
  const good = "candidate:1 1 udp 2113937151 192.0.2.1 50000 typ host";
  for (const candidate of [
    "",
    "candidate:rubbish",
    good.replace("udp", "tcp"),
    good.replace("2113937151", "4294967296"),
    good.replace("50000", "65536"),
    good.replace("host", "guest"),
    good.replace("192.0.2.1", ""),
    `${good} tcptype active`,
    `${good} generation zero`,
    `${good} rport 65536`,
    `${good}\r\na=ice-pwd:of-somebody-else`,
    `${good}\n`,
    ` ${good}`,
    good.replace("192.0.2.1", "192.0.2.1\r\na=x"),
  ]) {
    expect(descriptionWith(SDP, "data", 0, candidate)).toBe(null);
  }
});

test("B2 nor does a candidate go into a description of which it is not clear where", () => {
  const good = "candidate:1 1 udp 2113937151 192.0.2.1 50000 typ host";
  const into = (sdp: string, media = "data", index = 0): unknown => descriptionWith(sdp, media, index, good);
  expect(into(SDP, "other")).toBe(null);
  expect(into(SDP, "", 1)).toBe(null);
  expect(into(SDP + SECTION)).toBe(null);
  expect(into(HEAD)).toBe(null);
  expect(into(SDP.slice(0, -2))).toBe(null);
  expect(into("v=rubbish")).toBe(null);
  expect(into("")).toBe(null);
});
