import { BoltField, fireBolt } from "./bolts.ts";
import { BUMP_COOLDOWN_MS, CRAFT_RADIUS, PICKUP_RADIUS, REPEAT_MS, RESPAWN_MS } from "./constants.ts";
import { newCraft, poseOf, stepCraft } from "./craft.ts";
import { floePlan, onIce } from "./floe.ts";
import { bumpPush, knockedByBolt, knockedByBump, pushedApart } from "./knocks.ts";
import { applied } from "./pickups.ts";
import { spawnPlace } from "./spawn.ts";
import type {
  Bolt,
  BoltFired,
  BumpReport,
  Craft,
  CraftEvent,
  CraftInput,
  HitReport,
  OtherCraft,
  PlayerId,
  RoundPlayer,
  RoundState,
} from "./types.ts";

/**
 * What one page decides: everything about its own craft. Fed each step with the input, the newest round state and the others'
 * poses; gives what must be told to the others. Bolts of all players fly in it; only those that hit its own craft count.
 */
export class OwnCraft {
  readonly #id: PlayerId;
  readonly #field = new BoltField();
  readonly #bumpedMs = new Map<PlayerId, number>();
  readonly #claimedMs = new Map<number, number>();
  readonly #used = new Set<number>();
  #craft: Craft = newCraft(0, 0, 0, false);
  #roundKey = "";
  /** The round in which this craft was put at its start: the news that it takes part may come later than the round itself. */
  #placedKey = "";
  #boltsFired = 0;
  #outMs = 0;

  constructor(id: PlayerId) {
    this.#id = id;
  }

  get craft(): Craft {
    return this.#craft;
  }

  /** All bolts in the air, everybody's. */
  get bolts(): readonly Bolt[] {
    return this.#field.bolts;
  }

  /** One step. `others` without oneself; poses of craft that are not alive are ignored. */
  step(input: CraftInput, round: RoundState, others: readonly OtherCraft[], dtMs: number): CraftEvent[] {
    const events: CraftEvent[] = [];
    const me = round.players.find((player) => player.id === this.#id);
    this.#place(round, me, dtMs);
    this.#cool(dtMs);

    const cooldown = this.#craft.boostCooldownMs;
    this.#craft = stepCraft(this.#craft, input, round.phase === "countdown", dtMs);
    if (this.#craft.boostCooldownMs > cooldown) events.push({ type: "boosted" });
    if (this.#craft.alive) {
      this.#shoot(input, round, events);
      for (const other of others) if (other.alive && other.id !== this.#id) this.#bump(other, events);
    }
    this.#takeHits(others, dtMs, events);
    if (this.#craft.alive) {
      this.#pickUp(round, events);
      this.#fall(round, events);
    } else if (me?.alive === true && round.phase === "playing" && this.#outMs >= REPEAT_MS) {
      this.#outMs = 0;
      events.push(this.#fell());
    }
    return events;
  }

  /** Another player fired. `ageMs`: how long ago, as well as one knows; half of the round trip is a good guess. */
  takeFired(fired: BoltFired, ageMs: number): void {
    if (fired.shooter !== this.#id) this.#field.add(fired, ageMs);
  }

  /** Another player says that a bolt hit it. */
  takeHit(hit: HitReport): void {
    this.#field.remove(hit.shooter, hit.bolt);
  }

  /** Another player says that it bumped into somebody; acts when it is oneself and one has not seen it oneself. */
  takeBump(bump: BumpReport): void {
    if (bump.other !== this.#id || !this.#craft.alive || this.#bumpedMs.has(bump.player)) return;
    this.#bumpedMs.set(bump.player, BUMP_COOLDOWN_MS);
    this.#craft = knockedByBump(this.#craft, { x: bump.pushX, y: bump.pushY }, bump.player);
  }

  #place(round: RoundState, me: RoundPlayer | undefined, dtMs: number): void {
    const key = `${round.match}:${round.round}:${round.seed}`;
    const started = key !== this.#roundKey;
    if (started) {
      this.#roundKey = key;
      this.#field.clear();
      this.#claimedMs.clear();
      this.#used.clear();
    }
    this.#outMs = this.#craft.alive ? 0 : this.#outMs + dtMs;
    const back = round.phase === "waiting" && !this.#craft.alive && (this.#outMs >= RESPAWN_MS || started);
    const starts = me?.alive === true && this.#placedKey !== key;
    if (starts) this.#placedKey = key;
    if (back || starts) this.#spawn(round, me?.spawn ?? 0);
    else if (round.phase !== "waiting" && me?.alive !== true && this.#craft.alive) {
      this.#craft = { ...this.#craft, alive: false };
    }
  }

  #spawn(round: RoundState, spawn: number): void {
    const place = spawnPlace(floePlan(round.seed, round.floeRadius), spawn);
    this.#craft = newCraft(place.x, place.y, place.angle, true);
    this.#outMs = 0;
  }

  #cool(dtMs: number): void {
    for (const clocks of [this.#bumpedMs, this.#claimedMs]) {
      for (const [key, ms] of clocks) {
        if (ms <= dtMs) clocks.delete(key);
        else clocks.set(key, ms - dtMs);
      }
    }
  }

  #shoot(input: CraftInput, round: RoundState, events: CraftEvent[]): void {
    if (!input.fire || this.#craft.fireCooldownMs > 0 || round.phase === "countdown") return;
    this.#boltsFired += 1;
    const { craft, fired } = fireBolt(this.#craft, this.#id, this.#boltsFired);
    this.#craft = craft;
    this.#field.add(fired, 0);
    events.push({ type: "fired", fired });
  }

  #bump(other: OtherCraft, events: CraftEvent[]): void {
    const push = this.#bumpedMs.has(other.id) ? null : bumpPush(poseOf(this.#craft), other);
    const mirrored = push === null ? null : bumpPush(other, poseOf(this.#craft));
    if (push !== null && mirrored !== null) {
      this.#bumpedMs.set(other.id, BUMP_COOLDOWN_MS);
      const x = (this.#craft.x + other.x) / 2;
      const y = (this.#craft.y + other.y) / 2;
      this.#craft = knockedByBump(this.#craft, push, other.id);
      const bump = { player: this.#id, other: other.id, pushX: mirrored.x, pushY: mirrored.y, x, y };
      events.push({ type: "bumped", bump });
    }
    this.#craft = pushedApart(this.#craft, other);
  }

  #takeHits(others: readonly OtherCraft[], dtMs: number, events: CraftEvent[]): void {
    const self = { ...poseOf(this.#craft), id: this.#id };
    for (const bolt of this.#field.step(self, others, dtMs)) {
      const { craft, damage } = knockedByBolt(this.#craft, bolt);
      this.#craft = craft;
      const { shooter, x, y } = bolt;
      events.push({ type: "hit", hit: { victim: this.#id, shooter, bolt: bolt.bolt, damage, x, y } });
    }
  }

  #pickUp(round: RoundState, events: CraftEvent[]): void {
    for (const pickup of round.pickups) {
      if (pickup.takenBy === this.#id && !this.#used.has(pickup.id)) {
        this.#used.add(pickup.id);
        this.#craft = applied(this.#craft, pickup.kind);
      } else if (pickup.takenBy === null && !this.#claimedMs.has(pickup.id) && this.#touches(pickup.x, pickup.y)) {
        this.#claimedMs.set(pickup.id, REPEAT_MS);
        events.push({ type: "claim", pickup: pickup.id });
      }
    }
  }

  #touches(x: number, y: number): boolean {
    return Math.hypot(this.#craft.x - x, this.#craft.y - y) < CRAFT_RADIUS + PICKUP_RADIUS;
  }

  #fall(round: RoundState, events: CraftEvent[]): void {
    const plan = floePlan(round.seed, round.floeRadius);
    if (onIce(plan, this.#craft.x, this.#craft.y, round.roundMs)) return;
    this.#craft = { ...this.#craft, alive: false, shieldMs: 0, boostMs: 0 };
    this.#outMs = 0;
    events.push(this.#fell());
  }

  #fell(): CraftEvent {
    const { x, y, lastHitBy } = this.#craft;
    return { type: "fell", fell: { player: this.#id, lastHitBy, x, y } };
  }
}
