import type { Seat } from "tickmesh/lobby";
import { CRAFT_RADIUS } from "../game/constants.ts";
import type { OwnCraft } from "../game/own-craft.ts";
import type { BoltFired, BumpReport, FellReport, HitReport, PlayerId, RoundState } from "../game/types.ts";
import type { Counters } from "./counters.ts";
import type { EffectMessage } from "./effect-layout.ts";
import type { EffectQueue } from "./effect-queue.ts";
import type { WireListener } from "./game-wire.ts";
import type { HostWatch } from "./host-watch.ts";
import type { GameMessage } from "./messages.ts";
import type { TimedPose } from "./pose-layout.ts";
import type { RemotePlayer } from "./remote-player.ts";
import type { RoundKeeper } from "./round-keeper.ts";
import type { SessionListener } from "./session-events.ts";

/** A fall is told again until the host has acted on it; it splashes once. Unit: ms. */
const SPLASH_EVERY_MS = 1_500;
/** Craft touch at twice their radius; on another page they stand a little elsewhere. Units. */
const BUMP_REACH = CRAFT_RADIUS * 9;
/** How far from where its shooter is seen a bolt may start. Units. */
const FIRE_REACH = 400;

export interface InboxParts {
  readonly selfId: PlayerId;
  readonly own: OwnCraft;
  readonly round: RoundKeeper;
  readonly effects: EffectQueue;
  readonly counters: Counters;
  readonly players: ReadonlyMap<PlayerId, RemotePlayer>;
  readonly listener: SessionListener;
  readonly hosts: HostWatch;
}

/** Decides what others may say: a player for itself, the host for the round. What is nobody's to say is dropped and counted. */
export class Inbox implements WireListener {
  /** Set before each reading. Unit: ms. */
  nowMs = 0;
  readonly #parts: InboxParts;
  #ownSplashMs = Number.NEGATIVE_INFINITY;

  constructor(parts: InboxParts) {
    this.#parts = parts;
  }

  admit(from: PlayerId): boolean {
    const player = this.#parts.players.get(from);
    if (player === undefined) return false;
    this.#parts.hosts.heard(from);
    return player.budget.pay(this.nowMs);
  }

  pose(from: PlayerId, pose: TimedPose): void {
    if (this.#player(from).poses.take(pose, this.nowMs)) this.#parts.counters.posesTaken += 1;
    else this.#parts.counters.posesStale += 1;
  }

  pong(from: PlayerId, token: number): void {
    if (!this.#player(from).roundTrip.take(token, this.nowMs)) this.#parts.counters.malformed += 1;
  }

  effect(from: PlayerId, effect: EffectMessage): void {
    switch (effect.type) {
      case "fired":
        return this.#fired(from, effect.fired);
      case "bumped":
        return this.#bumped(from, effect.bump);
      case "boosted":
        return this.#parts.effects.show({ type: "boost", player: from });
    }
  }

  message(from: PlayerId, message: GameMessage): void {
    switch (message.type) {
      case "hello":
        return this.#hello(from, message.look);
      case "round":
        return this.#round(from, message.round);
      case "hit":
        return this.#hit({ victim: from, ...message.hit });
      case "fell":
        return this.fell(from, message.fell);
      case "claim":
        return this.#parts.round.note({ type: "claimed", player: from, pickup: message.pickup });
      case "chat":
        return this.#chat(from, message.text);
      case "seat":
        return this.#seat(from, message.code, message.seat);
    }
  }

  /** Somebody fell, perhaps oneself. */
  fell(player: PlayerId, fell: Omit<FellReport, "player">): void {
    const { round, effects } = this.#parts;
    round.note({ type: "fell", player, lastHitBy: fell.lastHitBy });
    if (this.nowMs - this.#splashMs(player) < SPLASH_EVERY_MS) return;
    const remote = this.#parts.players.get(player);
    if (remote === undefined) this.#ownSplashMs = this.nowMs;
    else remote.fellMs = this.nowMs;
    effects.show({ type: "splash", player, x: fell.x, y: fell.y });
  }

  #splashMs(player: PlayerId): number {
    return this.#parts.players.get(player)?.fellMs ?? this.#ownSplashMs;
  }

  #hello(from: PlayerId, look: NonNullable<RemotePlayer["look"]>): void {
    const player = this.#player(from);
    // Each new look costs every page new pictures: one a connection.
    if (player.look !== null) return this.#refuse();
    player.look = look;
    this.#parts.listener.playerJoined(from, look);
  }

  #round(from: PlayerId, state: RoundState): void {
    const { hosts, round, counters } = this.#parts;
    if (!hosts.believes(from)) return this.#refuse();
    const { seed, floeRadius } = round.state;
    const otherFloe = state.seed !== seed || state.floeRadius !== floeRadius;
    if (otherFloe && !this.#player(from).floeBudget.pay(this.nowMs)) {
      counters.overBudget += 1;
      return;
    }
    round.take(state, this.#tripMs(from));
  }

  #seat(from: PlayerId, code: string, seat: Seat): void {
    const { hosts, selfId, listener } = this.#parts;
    if (from !== hosts.hostId || seat.peerId !== selfId) return this.#refuse();
    listener.seatGiven(code, seat);
  }

  #hit(hit: HitReport): void {
    this.#parts.own.takeHit(hit);
    this.#parts.effects.show({ type: "hit", hit });
  }

  #fired(from: PlayerId, fired: BoltFired): void {
    const pose = this.#player(from).pose;
    if (pose?.alive && Math.hypot(pose.x - fired.x, pose.y - fired.y) > FIRE_REACH) return this.#refuse();
    this.#parts.own.takeFired(fired, this.#tripMs(from));
    this.#parts.effects.show({ type: "fired", fired });
  }

  #bumped(from: PlayerId, bump: BumpReport): void {
    const { own, selfId, effects } = this.#parts;
    const { x, y } = own.craft;
    if (bump.other === selfId && Math.hypot(bump.x - x, bump.y - y) > BUMP_REACH) return this.#refuse();
    if (bump.other === from) return this.#refuse();
    own.takeBump(bump);
    effects.show({ type: "bump", x: bump.x, y: bump.y, strength: Math.hypot(bump.pushX, bump.pushY) });
  }

  #chat(from: PlayerId, text: string): void {
    const player = this.#player(from);
    if (player.look === null || !player.chatBudget.pay(this.nowMs)) return this.#refuse();
    this.#parts.listener.said(from, player.look, text);
  }

  /** How long a packet was on its way, as well as one knows. */
  #tripMs(from: PlayerId): number {
    return Math.min(250, (this.#player(from).roundTrip.ms ?? 0) / 2);
  }

  #refuse(): void {
    this.#parts.counters.notEntitled += 1;
  }

  /** Packets of others than connected players are not admitted, so this one is there. */
  #player(id: PlayerId): RemotePlayer {
    return this.#parts.players.get(id) as RemotePlayer;
  }
}
