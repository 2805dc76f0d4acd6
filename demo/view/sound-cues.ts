import { FLOE_WARNING_MS } from "../game/constants.ts";
import { floePlan } from "../game/floe.ts";
import { countdownMs } from "../game/round.ts";
import type { Effect, PlayerId, RoundState, ViewModel } from "../game/types.ts";
import type { Sound } from "./sound.ts";
import { SOUNDS } from "./sounds.ts";

/** Decides what is heard when: from effects as they come, and from what changed in the round since the last frame. */
export class SoundCues {
  readonly #sound: Sound;
  #before: RoundState | null = null;

  constructor(sound: Sound) {
    this.#sound = sound;
  }

  effect(effect: Effect, pan: number, self: PlayerId): void {
    const own = effect.type === "boost" ? effect.player === self : effect.type === "hit" && effect.hit.victim === self;
    const volume = own ? 1 : 0.6;
    switch (effect.type) {
      case "fired":
        return this.#sound.play(
          effect.fired.big ? SOUNDS.bigBolt : SOUNDS.bolt,
          pan,
          effect.fired.shooter === self ? 0.8 : 0.5,
        );
      case "hit":
        return this.#sound.play(effect.hit.damage === 0 ? SOUNDS.shielded : SOUNDS.hit, pan, volume);
      case "bump":
        return this.#sound.play(SOUNDS.bump, pan, Math.min(1, 0.25 + effect.strength / 420));
      case "boost":
        return this.#sound.play(SOUNDS.boost, pan, volume);
      case "splash":
        return this.#sound.play(SOUNDS.splash, pan, 1);
    }
  }

  /** A piece of ice broke off, the `nth` in this frame. */
  cracked(pan: number, nth: number): void {
    if (nth <= 2) this.#sound.play(SOUNDS.crack, pan, 0.8);
  }

  /** Once for each frame. */
  frame(model: ViewModel): void {
    const { round, craft, selfId } = model;
    const running = craft?.alive === true;
    this.#sound.hum(running ? Math.max(0, craft.thrust) : 0, running ? Math.max(1, Math.hypot(craft.vx, craft.vy)) : 0);
    const before = this.#before;
    this.#before = round;
    if (before === null) return;
    this.#phase(before, round, selfId);
    this.#pickups(before, round);
  }

  #phase(before: RoundState, now: RoundState, self: PlayerId): void {
    if (now.phase === "countdown") {
      const figure = (state: RoundState): number => Math.ceil((countdownMs(state) - state.phaseMs) / 1000);
      if (before.phase === "countdown" && figure(now) < figure(before) && figure(now) <= 3 && figure(now) > 0)
        this.#sound.play(SOUNDS.count);
    }
    if (now.phase === "playing" && before.phase === "countdown") this.#sound.play(SOUNDS.go);
    if (now.phase !== before.phase && now.phase === "roundOver") {
      this.#sound.play(now.winner === self ? SOUNDS.win : SOUNDS.lose);
    }
    if (now.phase !== before.phase && now.phase === "matchOver") this.#sound.play(SOUNDS.match);
    if (now.phase !== "playing" || before.phase !== "playing") return;
    for (const stage of floePlan(now.seed, now.floeRadius).stagesMs) {
      const warns = stage - FLOE_WARNING_MS;
      if (before.roundMs < warns && now.roundMs >= warns) this.#sound.play(SOUNDS.warning);
    }
  }

  #pickups(before: RoundState, now: RoundState): void {
    if (now.pickupsBorn > before.pickupsBorn) this.#sound.play(SOUNDS.appear);
    for (const pickup of now.pickups) {
      const was = before.pickups.find(({ id }) => id === pickup.id);
      if (was?.takenBy === null && pickup.takenBy !== null) this.#sound.play(SOUNDS.pickup);
    }
  }
}
