import { TransferMode } from "tickmesh";
import { hostMessages } from "tickmesh/host";
import {
  defineMessages,
  type Field,
  flag,
  layout,
  list,
  message,
  oneOf,
  quantised,
  type Session,
  text,
  u8,
  u16,
  u32,
} from "tickmesh/session";
import { MAX_PLAYERS, ROUND_MS_MOST } from "../game/constants.ts";
import type { AbsentPlayer, Pickup, PlayerId, RoundPlayer } from "../game/types.ts";

/** Goes up with every change of what pages say to each other, or of the rules by which they understand it. */
export const VERSION = "3";

/** Longest line of chat. Unit: UTF-16 units. */
export const CHAT_LENGTH = 160;

// What lies outside of these ranges nobody can send, so nobody has to look for it where it arrives. Units as in game/types.ts.
const place = quantised({ min: -2_000, max: 2_000, step: 1 / 16 });
const speed = quantised({ min: -4_000, max: 4_000, step: 1 / 8 });
const angle = quantised({ min: -Math.PI, max: Math.PI, bits: 16 });
const damage = quantised({ min: 0, max: 4_000, step: 1 / 16 });
const time = quantised({ min: 0, max: 4_000_000_000, step: 1 });
const roundTime = quantised({ min: 0, max: ROUND_MS_MOST, step: 1 / 16 });
const player = u32();

/** A field of the game's own: a player's id, or 0 for nobody. */
const playerOrNobody: Field<PlayerId | null> = {
  signature: "player or nobody",
  minBytes: player.minBytes,
  maxBytes: player.maxBytes,
  sample: null,
  encode: (id, to) => player.encode(id ?? 0, to),
  decode: (from) => player.decode(from) || null,
};

const pose = layout({
  x: place,
  y: place,
  vx: speed,
  vy: speed,
  angle,
  thrust: quantised({ min: -1, max: 1, step: 1 / 100 }),
  damage,
  alive: flag(),
  boosting: flag(),
  shielded: flag(),
});

const players: Field<readonly RoundPlayer[]> = list(
  layout({
    id: player,
    score: u8(),
    knockouts: u16(),
    inRound: flag(),
    alive: flag(),
    spawn: quantised({ min: 0, max: MAX_PLAYERS - 1, step: 1 }),
  }),
  MAX_PLAYERS,
);

const absent: Field<readonly AbsentPlayer[]> = list(layout({ id: player, score: u8(), knockouts: u16() }), MAX_PLAYERS);

/** Standing and lately taken ones together; the game itself has fewer. */
const pickups: Field<readonly Pickup[]> = list(
  layout({
    id: u8(),
    kind: oneOf(["bolts", "shield", "repair"]),
    x: place,
    y: place,
    bornMs: roundTime,
    takenBy: playerOrNobody,
    takenMs: roundTime,
  }),
  32,
);

const round = layout({
  phase: oneOf(["waiting", "countdown", "playing", "roundOver", "matchOver"]),
  phaseMs: time,
  match: u16(),
  round: u16(),
  seed: u32(),
  floeRadius: quantised({ min: 300, max: 1_000, step: 1 }),
  roundMs: roundTime,
  players,
  absent,
  pickups,
  pickupsBorn: u8(),
  settleMs: time,
  winner: playerOrNobody,
  targetScore: u8(),
});

/** A round, and when it was so. */
const told = layout({ atMs: time, round });

/** Late they are worth nothing, but their order matters. Not in the lane of the poses: a newer pose must not outdate a shot. */
const effect = { mode: TransferMode.UNRELIABLE_ORDERED };

/**
 * All that travels. A player speaks for itself only: whose pose, shot, hit, fall, claim or line it is, is whoever sent it. Rounds are
 * the host's, which is who `hostMessages` make it. `atMs` is the time that all pages share; `sentMs` the sender's own.
 */
export const messages = defineMessages({
  /** 30 times a second. */
  pose: message({
    payload: layout({ sentMs: time, pose }),
    mode: TransferMode.UNRELIABLE_ORDERED,
    lane: "input",
    latest: true,
  }),
  fired: message({
    payload: layout({ bolt: u32(), x: place, y: place, vx: speed, vy: speed, big: flag(), atMs: time }),
    ...effect,
  }),
  bumped: message({ payload: layout({ other: player, pushX: speed, pushY: speed, x: place, y: place }), ...effect }),
  boosted: message({ payload: layout({}), ...effect }),
  hit: message({ payload: layout({ shooter: player, bolt: u32(), damage, x: place, y: place }) }),
  fell: message({ payload: layout({ lastHitBy: playerOrNobody, x: place, y: place }) }),
  claim: message({ payload: layout({ pickup: u8() }) }),
  chat: message({ payload: layout({ text: text(CHAT_LENGTH * 3) }) }),
  round: message({ payload: told, from: "host" }),
  /** The host's state is the round. */
  ...hostMessages(told),
});

export type FloeSession = Session<typeof messages.definitions>;
