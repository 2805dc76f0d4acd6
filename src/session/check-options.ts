import { reasonOf, shown } from "../base/diagnostics.ts";
import { systemRandom } from "../base/random.ts";
import { TickmeshError } from "../base/tickmesh-error.ts";
import { faultOfWhole } from "../base/whole.ts";
import { encodeVar } from "../codec/var.ts";
import { MultiplayerPeer } from "../multiplayer/multiplayer-peer.ts";
import { checkKnown } from "./check-known.ts";
import {
  DEFAULT_LIMITS,
  MAX_DATAGRAM_BYTES,
  MAX_HELLO_BYTES,
  MAX_NAME_LENGTH,
  MIN_DATAGRAM_BYTES,
  PROTOCOL_VERSION,
  RELIABLE_FRAME_BYTES,
  type SessionLimits,
} from "./limits.ts";
import type { Definitions } from "./messages/definition.ts";
import type { SessionOptions } from "./session-options.ts";
import type { Hello } from "./wire/hello.ts";

/** Anything above is no limit: 4 GiB. */
const MOST = 0xffff_ffff;

const RANGES: { readonly [Name in keyof SessionLimits]: readonly [min: number, max: number] } = {
  datagramBytes: [MIN_DATAGRAM_BYTES, MAX_DATAGRAM_BYTES],
  sendBufferBytes: [RELIABLE_FRAME_BYTES, 8 * 1_048_576],
  messageBytes: [1_024, 0x4000_0000],
  queuedReliableBytes: [65_536, MOST],
  queuedUnreliableBytes: [1_024, MOST],
  bulkCreditBytes: [RELIABLE_FRAME_BYTES, 8 * 1_048_576],
  messagesPerSecond: [1, MOST],
  unstableAfterMs: [1, MOST],
  replaceAfterMs: [1, MOST],
  goneAfterMs: [1, MOST],
  handshakeMs: [1, MOST],
};

const OPTIONS: { readonly [Name in keyof Required<SessionOptions<Definitions>>]: 0 } = {
  peer: 0,
  game: 0,
  version: 0,
  messages: 0,
  hostOf: 0,
  ownerOf: 0,
  hello: 0,
  check: 0,
  limits: 0,
  goodbyeOnPageHide: 0,
  clock: 0,
  random: 0,
};

/** The meshes that have a session. */
export const inUse = new WeakSet<object>();

/** Complete. Throws a `TickmeshError` `invalid-options` that names what is out of range. */
export function completeLimits(given: Partial<SessionLimits> = {}): SessionLimits {
  const limits = { ...DEFAULT_LIMITS, ...given };
  checkKnown("invalid-options", "limit", Object.keys(limits), RANGES);
  for (const name of Object.keys(limits)) {
    const limit = name as keyof SessionLimits;
    refuseFault(faultOfWhole(name, limits[limit], ...RANGES[limit]));
  }
  if (limits.goneAfterMs <= limits.unstableAfterMs) refuse("goneAfterMs is not above unstableAfterMs");
  return limits;
}

/** What a session says of itself. Throws as `completeLimits`. */
export function helloOf<D extends Definitions>(
  { game, version, messages, hello, random = systemRandom }: SessionOptions<D>,
  limits: SessionLimits,
): Hello {
  return {
    protocol: PROTOCOL_VERSION,
    game: checkName("game", game),
    version: checkName("version", version),
    table: messages.hash,
    epoch: random.nextUint32(),
    creditBytes: limits.bulkCreditBytes,
    resume: null,
    data: checkHello(hello),
  };
}

/** What a session cannot do without: what forgets them in JavaScript is told so, and not by what fails later. */
export function checkParts<D extends Definitions>(options: SessionOptions<D>): void {
  checkKnown("invalid-options", "option", Object.keys(options), OPTIONS);
  const { peer, messages } = options;
  if (!(peer instanceof MultiplayerPeer))
    refuse(`peer ${shown(peer)} is no WebRTCMultiplayerPeer or OfflineMultiplayerPeer`);
  if (inUse.has(peer)) refuse("this peer has a session, which was not closed");
  if (!Array.isArray(messages?.entries)) refuse(`messages ${shown(messages)} were not made by defineMessages`);
}

function checkName(what: string, name: unknown): string {
  if (typeof name !== "string" || name.length === 0 || name.length > MAX_NAME_LENGTH) {
    refuse(`${what} ${shown(name)} is no text of 1 to ${MAX_NAME_LENGTH} characters`);
  }
  return name as string;
}

function checkHello(hello: unknown): unknown {
  const length = lengthOf(hello ?? null);
  if (length > MAX_HELLO_BYTES) refuse(`hello takes ${length} bytes, where ${MAX_HELLO_BYTES} is the limit`);
  return hello ?? null;
}

function lengthOf(hello: unknown): number {
  try {
    return encodeVar(hello).length;
  } catch (error) {
    return refuse(`hello ${shown(hello)} is no plain value: ${reasonOf(error)}`);
  }
}

function refuseFault(fault: string | null): void {
  if (fault !== null) refuse(fault);
}

function refuse(fault: string): never {
  throw new TickmeshError("invalid-options", `createSession: ${fault}`);
}
