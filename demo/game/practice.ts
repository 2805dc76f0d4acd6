import { botInput } from "./bot.ts";
import { PLAYER_COLOURS, STEP_MS } from "./constants.ts";
import { poseOf } from "./craft.ts";
import { OwnCraft } from "./own-craft.ts";
import { newRound, stepRound } from "./round.ts";
import type {
  CraftEvent,
  CraftInput,
  Effect,
  PlayerId,
  PlayerLook,
  RoundEvent,
  RoundState,
  ViewModel,
} from "./types.ts";

const NAMES = ["Nanook", "Sedna", "Orca", "Auk", "Narwhal", "Lynx", "Ermine"];
const EFFECTS_KEPT = 300;

export interface PracticeOptions {
  /** How many bots, 1 to 7. Default 3. */
  readonly bots?: number;
  /** 32 bits. The same seed and the same input give the same game. */
  readonly seed: number;
  readonly look: PlayerLook;
}

/** A whole game on one page, without network: oneself (id 1) and bots, each with its own `OwnCraft`, exactly as if they were far away. */
export class PracticeGame {
  readonly model: ViewModel;
  readonly #crafts = new Map<PlayerId, OwnCraft>();
  #round: RoundState;
  #effects: Effect[] = [];

  constructor({ bots = 3, seed, look }: PracticeOptions) {
    const ids = Array.from({ length: Math.max(1, Math.min(7, Math.floor(bots))) + 1 }, (_, index) => index + 1);
    const looks = botLooks(look, ids.length - 1);
    for (const id of ids) this.#crafts.set(id, new OwnCraft(id));
    this.#round = stepRound(
      newRound(seed),
      ids.map((player): RoundEvent => ({ type: "joined", player })),
      0,
    );

    const crafts = this.#crafts;
    const game = this;
    this.model = {
      selfId: 1,
      get craft() {
        return crafts.get(1)?.craft ?? null;
      },
      get players() {
        return ids.map((id) => {
          const craft = crafts.get(id)?.craft;
          return { ...(looks[id - 1] ?? look), id, pose: craft === undefined ? null : poseOf(craft) };
        });
      },
      get bolts() {
        return crafts.get(1)?.bolts ?? [];
      },
      get round() {
        return game.#round;
      },
      takeEffects() {
        const effects = game.#effects;
        game.#effects = [];
        return effects;
      },
    };
  }

  /** One step of everything. `input: null`: a bot plays for oneself too. */
  step(input: CraftInput | null, dtMs: number = STEP_MS): void {
    const events: RoundEvent[] = [];
    for (const [id, own] of this.#crafts) {
      const others = [...this.#crafts]
        .filter(([other]) => other !== id)
        .map(([other, it]) => ({ ...poseOf(it.craft), id: other }));
      const wish = id === 1 && input !== null ? input : botInput(own.craft, others, this.#round, id * 1.7);
      for (const event of own.step(wish, this.#round, others, dtMs)) this.#tell(id, event, events);
    }
    this.#round = stepRound(this.#round, events, dtMs);
  }

  #tell(from: PlayerId, event: CraftEvent, events: RoundEvent[]): void {
    const rest = [...this.#crafts].filter(([id]) => id !== from).map(([, own]) => own);
    switch (event.type) {
      case "fired":
        for (const own of rest) own.takeFired(event.fired, 0);
        this.#show({ type: "fired", fired: event.fired });
        break;
      case "hit":
        for (const own of rest) own.takeHit(event.hit);
        this.#show({ type: "hit", hit: event.hit });
        break;
      case "bumped": {
        const { x, y, pushX, pushY } = event.bump;
        for (const own of rest) own.takeBump(event.bump);
        this.#show({ type: "bump", x, y, strength: Math.hypot(pushX, pushY) });
        break;
      }
      case "boosted":
        this.#show({ type: "boost", player: from });
        break;
      case "fell":
        events.push({ type: "fell", player: from, lastHitBy: event.fell.lastHitBy });
        this.#show({ type: "splash", player: from, x: event.fell.x, y: event.fell.y });
        break;
      case "claim":
        events.push({ type: "claimed", player: from, pickup: event.pickup });
        break;
    }
  }

  #show(effect: Effect): void {
    if (this.#effects.length < EFFECTS_KEPT) this.#effects.push(effect);
  }
}

function botLooks(own: PlayerLook, count: number): PlayerLook[] {
  const colours = PLAYER_COLOURS.filter((colour) => colour !== own.colour);
  const bots = Array.from({ length: count }, (_, index) => ({
    name: NAMES[index % NAMES.length] ?? "Bot",
    colour: colours[index % colours.length] ?? 0xffffff,
  }));
  return [own, ...bots];
}
