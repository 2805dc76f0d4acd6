/**
 * What a world is made with. All but `WorldParts` is plain data, so that a recording can carry it.
 */
import { shown } from "../../base/diagnostics.ts";
import { TickmeshError } from "../../base/tickmesh-error.ts";
import { faultOfWhole } from "../../base/whole.ts";
import { faultOfExtras } from "../../multiplayer/channel-layout.ts";
import type { TransferMode } from "../../multiplayer/multiplayer-peer.ts";
import type { WebRTCMultiplayerPeer } from "../../multiplayer/web-rtc-multiplayer-peer.ts";
import type { BackendFactory } from "../../seam/connection-backend.ts";
import type { Device } from "../network/device.ts";
import type { PacketChange } from "../network/link.ts";
import type { LinkConditions } from "../network/link-conditions.ts";
import { type FieldCheck, faultOfFields, inRange, isRecord, linkChange, whole, yesOrNo } from "./field-faults.ts";
import type { Member } from "./member.ts";
import type { MemberGame } from "./member-game.ts";

/** The conditions of links as a recording can carry them: JSON knows no Infinity, so `null` stands for no limit. */
export type LinkChange = Partial<Omit<LinkConditions, "bandwidthKbps">> & { readonly bandwidthKbps?: number | null };

/** The part of a world's options that is plain data. */
export interface WorldConditions {
  /** A whole number from 0 to 4,294,967,295. Default 0. */
  readonly seed?: number;
  /** Polls a second: 1 to 1,000. Default 60. */
  readonly ticksPerSecond?: number;
  /** How every link between two members is until told otherwise. Default: perfect. */
  readonly link?: LinkChange;
  /** How every line to the signalling server is. Default: 20 ms each way. */
  readonly signalling?: LinkChange;
  /** How long the server takes to notice that a member has crashed. Unit: ms, 0 to 600,000. Default 2,000. */
  readonly crashNoticeMs?: number;
  /** The mesh's extra channels, as `createMesh` takes them. Default none. */
  readonly extraChannels?: readonly TransferMode[];
  /** As `WebRTCMultiplayerPeer` takes it. Default 15,000. */
  readonly connectTimeoutMs?: number;
  /** As `WebRTCMultiplayerPeer` takes it. Default 5,000. */
  readonly disconnectGraceMs?: number;
  /** As `WebRTCPeerConnection` takes it. Default 16 MiB. */
  readonly maxUnreadBytes?: number;
  /** Other fates for single packets, by their number in the trace. */
  readonly changes?: readonly (readonly [packetNumber: number, change: PacketChange])[];
}

/** With everything set that a world needs set. */
export type CompleteConditions = WorldConditions & {
  readonly seed: number;
  readonly ticksPerSecond: number;
  readonly crashNoticeMs: number;
};

/** The part of a world's options that is code. */
export interface WorldParts<Game extends MemberGame = MemberGame> {
  /** Makes what runs on a member when it joins. Default: reads every packet, and does nothing with it. */
  readonly game?: (member: Member) => Game;
  /** What connections stand on, in place of the device's own backend: for what wraps that. */
  readonly backend?: (device: Device) => BackendFactory;
  /** The class of the members' mesh peers, for a subclass of one's own. */
  readonly peerClass?: typeof WebRTCMultiplayerPeer;
}

export type WorldOptions<Game extends MemberGame = MemberGame> = WorldConditions & WorldParts<Game>;

/** How fast games commonly tick. */
const TICKS_PER_SECOND = 60;

/** A server that pings its clients every second or so, as Colyseus does, needs about this. Unit: ms. */
const CRASH_NOTICE_MS = 2_000;

const PARTS = { game: code, backend: code, peerClass: code };

const CHECKS: Readonly<Record<keyof WorldConditions, FieldCheck>> = {
  seed: whole(0, 0xffff_ffff),
  ticksPerSecond: whole(1, 1_000),
  link: linkChange,
  signalling: linkChange,
  crashNoticeMs: whole(0, 600_000),
  extraChannels: (name, value) => {
    const fault = faultOfExtras(value);
    return fault === null ? null : `${name}: ${fault}`;
  },
  connectTimeoutMs: inRange(0, 600_000),
  disconnectGraceMs: inRange(0, 600_000),
  maxUnreadBytes: whole(1, 2 ** 40),
  changes: faultOfChanges,
};

/** What is plain data in some options, all of it that must be set checked and set. Throws a `TickmeshError` `invalid-options`. */
export function completeConditions<Game extends MemberGame>(options: WorldOptions<Game>): CompleteConditions {
  const { game: _game, backend: _backend, peerClass: _peerClass, ...given } = options;
  const { seed = 0, ticksPerSecond = TICKS_PER_SECOND, crashNoticeMs = CRASH_NOTICE_MS } = given;
  const fault = faultOfFields({ ...options }, {}, { ...CHECKS, ...PARTS });
  if (fault !== null) throw new TickmeshError("invalid-options", `world: ${fault}`);
  return { ...given, seed, ticksPerSecond, crashNoticeMs };
}

/** Conditions as a network takes them. */
export function fromChange({ bandwidthKbps, ...rest }: LinkChange): Partial<LinkConditions> {
  if (bandwidthKbps === undefined) return rest;
  return { ...rest, bandwidthKbps: bandwidthKbps ?? Number.POSITIVE_INFINITY };
}

/** Conditions as a recording keeps them. */
export function toChange({ bandwidthKbps, ...rest }: LinkChange): LinkChange {
  if (bandwidthKbps === undefined) return rest;
  return { ...rest, bandwidthKbps: bandwidthKbps === Number.POSITIVE_INFINITY ? null : bandwidthKbps };
}

function code(name: string, value: unknown): string | null {
  return typeof value === "function" ? null : `${name} ${shown(value)} is no function`;
}

function faultOfChanges(name: string, changes: unknown): string | null {
  if (!Array.isArray(changes)) return `${name} ${shown(changes)} are no array`;
  for (const change of changes) {
    const [number, fate] = Array.isArray(change) ? change : [];
    const fault = faultOfWhole(`${name}: packet number`, number, 1, Number.MAX_SAFE_INTEGER);
    if (fault !== null) return fault;
    if (!isRecord(fate)) return `${name}: packet ${number}: ${shown(fate)} is no object`;
    const wrong =
      fate["lost"] === true ? null : faultOfFields(fate, { lateMs: inRange(0, 600_000) }, { lost: yesOrNo });
    if (wrong !== null) return `${name}: packet ${number}: ${wrong}`;
  }
  return null;
}
