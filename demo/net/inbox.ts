import type { Clock } from "tickmesh";
import type { PayloadOf } from "tickmesh/session";
import { CRAFT_RADIUS } from "../game/constants.ts";
import type { OwnCraft } from "../game/own-craft.ts";
import type { FellReport, PlayerId } from "../game/types.ts";
import { tidyLine } from "../page/player-name.ts";
import type { Counters } from "./counters.ts";
import type { EffectQueue } from "./effect-queue.ts";
import type { GameListener } from "./game-listener.ts";
import { CHAT_LENGTH, type FloeSession, type messages } from "./messages.ts";
import type { RemotePlayer } from "./remote-player.ts";
import type { RoundKeeper, RoundTold } from "./round-keeper.ts";

type Payload<Name extends keyof typeof messages.definitions> = PayloadOf<typeof messages.definitions, Name>;

/** A fall is told again until the host has acted on it; it splashes once. Unit: ms. */
const SPLASH_EVERY_MS = 1_500;
/** Craft touch at twice their radius; on another page they stand a little elsewhere. Units. */
const BUMP_REACH = CRAFT_RADIUS * 9;
/** How far from where its shooter is seen a bolt may start. Units. */
const FIRE_REACH = 400;
/** No message is believed to have been on its way for longer. Unit: ms. */
const OLDEST_MS = 250;
/** A state that is kept in case the host is lost may be as old as the host was silent, and a bit. Unit: ms. */
const OLDEST_STATE_MS = 8_000;

export interface InboxParts {
  readonly session: FloeSession;
  readonly clock: Clock;
  readonly own: OwnCraft;
  readonly round: RoundKeeper;
  readonly effects: EffectQueue;
  readonly counters: Counters;
  readonly players: ReadonlyMap<PlayerId, RemotePlayer>;
  readonly listener: GameListener;
}

/** Takes in what the others say. The session has seen to its shape and its sender; here it is seen whether the game can believe it. */
export class Inbox {
  readonly #parts: InboxParts;
  #ownSplashMs = Number.NEGATIVE_INFINITY;

  constructor(parts: InboxParts) {
    this.#parts = parts;
    const { session, own, round, effects, counters } = parts;
    session.onMessage("pose", (timed, from) => {
      if (this.#player(from).poses.take(timed, parts.clock.nowMs())) counters.posesTaken += 1;
    });
    session.onMessage("fired", (fired, from) => this.#fired(this.#player(from), fired));
    session.onMessage("bumped", (bump, from) => this.#bumped(this.#player(from), bump));
    session.onMessage("boosted", (_, from) => effects.show({ type: "boost", player: from }));
    session.onMessage("hit", (report, victim) => {
      const hit = { victim, ...report };
      own.takeHit(hit);
      effects.show({ type: "hit", hit });
    });
    session.onMessage("fell", (fell, player) => this.fell({ player, ...fell }));
    session.onMessage("claim", ({ pickup }, player) => round.note({ type: "claimed", player, pickup }));
    session.onMessage("chat", ({ text }, from) => this.#chat(this.#player(from), text));
    session.onMessage("round", (told, from) => this.#round(this.#player(from), told));
  }

  /** Somebody fell, perhaps oneself. */
  fell({ player, lastHitBy, x, y }: FellReport): void {
    const { round, effects, players, clock } = this.#parts;
    const nowMs = clock.nowMs();
    round.note({ type: "fell", player, lastHitBy });
    const remote = players.get(player);
    if (nowMs - (remote?.fellMs ?? this.#ownSplashMs) < SPLASH_EVERY_MS) return;
    if (remote === undefined) this.#ownSplashMs = nowMs;
    else remote.fellMs = nowMs;
    effects.show({ type: "splash", player, x, y });
  }

  /** A round of the host's: its state, for who is host next or follows it only now, or what it tells all. */
  takeRound(told: RoundTold, oldestMs = OLDEST_STATE_MS): void {
    const { players } = told.round;
    if (new Set(players.map(({ id }) => id)).size < players.length) this.#refuse();
    else this.#parts.round.take(told, this.#ageMs(told.atMs, oldestMs));
  }

  #round({ floeBudget }: RemotePlayer, told: RoundTold): void {
    const { round, counters, clock } = this.#parts;
    const { seed, floeRadius } = round.state;
    const isOtherFloe = told.round.seed !== seed || told.round.floeRadius !== floeRadius;
    if (isOtherFloe && !floeBudget.pay(clock.nowMs())) counters.overBudget += 1;
    else this.takeRound(told, OLDEST_MS);
  }

  #fired({ id, pose }: RemotePlayer, { atMs, ...shot }: Payload<"fired">): void {
    if (pose?.alive && Math.hypot(pose.x - shot.x, pose.y - shot.y) > FIRE_REACH) return this.#refuse();
    const fired = { shooter: id, ...shot };
    this.#parts.own.takeFired(fired, this.#ageMs(atMs));
    this.#parts.effects.show({ type: "fired", fired });
  }

  #bumped({ id }: RemotePlayer, bump: Payload<"bumped">): void {
    const { own, session, effects } = this.#parts;
    const { x, y, pushX, pushY } = bump;
    if (bump.other === session.id && Math.hypot(x - own.craft.x, y - own.craft.y) > BUMP_REACH) return this.#refuse();
    if (bump.other === id) return this.#refuse();
    own.takeBump({ player: id, ...bump });
    effects.show({ type: "bump", x, y, strength: Math.hypot(pushX, pushY) });
  }

  #chat({ id, look, chatBudget }: RemotePlayer, said: string): void {
    const { counters, clock, listener } = this.#parts;
    const line = tidyLine(said, CHAT_LENGTH);
    if (line === "") this.#refuse();
    else if (!chatBudget.pay(clock.nowMs())) counters.overBudget += 1;
    else listener.said(id, look, line);
  }

  /** How long a message was on its way, by the clock that all share. */
  #ageMs(atMs: number, oldestMs = OLDEST_MS): number {
    return Math.max(0, Math.min(oldestMs, this.#parts.session.clock.nowMs() - atMs));
  }

  #refuse(): void {
    this.#parts.counters.refused += 1;
  }

  /** Who says something. Nothing is heard of those who have not joined, so it is there. */
  #player(id: PlayerId): RemotePlayer {
    return this.#parts.players.get(id) as RemotePlayer;
  }
}
