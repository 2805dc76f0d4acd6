import { describe, expect, test } from "vitest";
import { newRound } from "../../demo/game/round.ts";
import type { RoundPhase, ViewModel } from "../../demo/game/types.ts";
import { OutageNotice } from "../../demo/lobby/outage-notice.ts";
import { comingWords } from "../../demo/net/coming-words.ts";
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
    expect(bannerWords(inPhase("waiting"), null)?.subtitle).toContain("Waiting for another player");
    expect(bannerWords(inPhase("waiting"), "Ann is coming: connecting…")?.subtitle).toBe("Ann is coming: connecting…");
    expect(bannerWords(inPhase("playing"), "Ann is coming: connecting…")?.subtitle).not.toContain("Ann");
  });

  test("who comes to whom, by name, and differently to who comes and to who is there", () => {
    const ann = { name: "Ann", wasHere: false, failed: false };
    const bob = { name: "Bob", wasHere: true, failed: false };
    expect(comingWords([])).toBeNull();
    expect(comingWords([ann])).toBe("Ann is coming: connecting…");
    expect(comingWords([ann, ann])).toBe("2 players are coming: connecting…");
    expect(comingWords([bob])).toBe("Connecting to Bob…");
    expect(comingWords([bob, bob])).toBe("Connecting to the others…");
    expect(comingWords([ann, bob])).toBe("Connecting to Bob…");
    expect(comingWords([{ ...bob, failed: true }])).toBe("No way to Bob yet: trying again…");
    expect(comingWords([{ ...bob, failed: true }, ann])).toBe("Ann is coming: connecting…");
  });

  test("that the lobby server does not answer, until the list is live again, or has been for long enough", () => {
    const lost = new OutageNotice(0);
    expect(lost.isOver("live", 1_000)).toBe(false);
    expect(lost.isOver("unreachable", 2_000)).toBe(false);
    expect(lost.isOver("connecting", 60_000)).toBe(false);
    expect(lost.isOver("live", 61_000)).toBe(true);
    const short = new OutageNotice(5_000);
    expect(short.isOver("live", 16_000)).toBe(false);
    expect(short.isOver("live", 17_000)).toBe(true);
  });
});
