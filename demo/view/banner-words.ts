import { countdownMs } from "../game/round.ts";
import type { PlayerId, ViewModel } from "../game/types.ts";

/** What the big writing in the middle says now. `key` changes when it should appear anew. */
export interface BannerWords {
  readonly key: string;
  readonly title: string;
  readonly subtitle: string;
  readonly colour: number;
  /** Large figures of the countdown. */
  readonly big: boolean;
}

const COLD = 0xd8f2ff;

/** The banner for the present moment, or none. `coming`: who is on the way to whom, in words; `null`: nobody. */
export function bannerWords(model: ViewModel, coming: string | null): BannerWords | null {
  const { round, selfId } = model;
  const me = round.players.find((player) => player.id === selfId);
  switch (round.phase) {
    case "waiting":
      if (coming !== null) return words("coming", "", coming, COLD);
      return words("waiting", "", "Waiting for another player. Have a glide!", COLD);
    case "countdown":
      return countdown(model);
    case "playing":
      if (round.phaseMs < 900) return words("go", "GO!", "", 0x8dffce, true);
      if (me !== undefined && !me.inRound) return words("next", "", "You join in the next round", COLD);
      if (me?.alive === false) return words("out", "", "You are in the water. Watching the others", 0xffb4a0);
      return null;
    case "roundOver":
    case "matchOver":
      return over(model);
  }
}

function countdown(model: ViewModel): BannerWords {
  const { round } = model;
  const left = countdownMs(round) - round.phaseMs;
  const line = round.round === 1 ? `First to ${round.targetScore} rounds wins the match` : "Stay on the ice";
  if (left > 3000) return words(`round-${round.match}-${round.round}`, `ROUND ${round.round}`, line, COLD);
  const figure = Math.max(1, Math.ceil(left / 1000));
  return words(`count-${figure}`, String(figure), "", [0x8dffce, 0xffe08a, 0xff9a7a][figure - 1] ?? COLD, true);
}

function over(model: ViewModel): BannerWords {
  const { round, selfId } = model;
  const key = `${round.phase}-${round.match}-${round.round}`;
  if (round.winner === null) return words(key, "DRAW", "Everybody went swimming", COLD);
  const winner = model.players.find((player) => player.id === round.winner);
  const own = round.winner === selfId;
  const name = winner?.name.slice(0, 20) ?? "Somebody";
  const colour = winner?.colour ?? COLD;
  const score = scoreOf(model, round.winner);
  if (round.phase === "matchOver") {
    return words(
      key,
      own ? "YOU WIN THE MATCH" : `${name} wins the match`,
      `${score} rounds won. A new match starts soon`,
      colour,
    );
  }
  return words(key, own ? "YOU WIN THE ROUND" : `${name} wins the round`, `${score} of ${round.targetScore}`, colour);
}

function scoreOf(model: ViewModel, id: PlayerId): number {
  return model.round.players.find((player) => player.id === id)?.score ?? 0;
}

function words(key: string, title: string, subtitle: string, colour: number, big = false): BannerWords {
  return { key, title, subtitle, colour, big };
}
