import { describe, expect, test } from "vitest";
import { newRound } from "../../demo/game/round.ts";
import type { RoundPhase, ViewModel } from "../../demo/game/types.ts";
import { bannerWords } from "../../demo/view/banner-words.ts";
import { controlWords } from "../../demo/view/control-words.ts";

function inPhase(phase: RoundPhase, round = 1): ViewModel {
  const state = { ...newRound(3), phase, round, match: 1 };
  return { selfId: 1, craft: null, players: [], bolts: [], round: state, takeEffects: () => [] };
}

describe("what the game says to a player", () => {
  test("how to steer, while one waits and before the first round, for keys and for thumbs", () => {
    const keys = "WASD or arrows: steer  ·  Space: fire  ·  Shift: boost  ·  Enter: chat  ·  M: sound";
    for (const phase of ["waiting", "countdown"] as const) {
      expect(controlWords(inPhase(phase).round, false, true)).toBe(keys);
      expect(controlWords(inPhase(phase).round, true, true)).toContain("FIRE and BOOST");
      expect(controlWords(inPhase(phase).round, false, false)).toBe(keys.replace("Enter: chat  ·  ", ""));
    }
    expect(controlWords(inPhase("countdown", 2).round, false, true)).toBeNull();
    for (const phase of ["playing", "roundOver", "matchOver"] as const) {
      expect(controlWords(inPhase(phase).round, false, true)).toBeNull();
    }
  });

  test("that it waits for others, or that somebody is on the way", () => {
    expect(bannerWords(inPhase("waiting"), false)?.subtitle).toContain("Waiting for another player");
    expect(bannerWords(inPhase("waiting"), true)?.subtitle).toBe("Somebody is coming: connecting…");
  });
});
