import { expect, test } from "vitest";
import { findPlanted } from "./find-planted.ts";
import { generateStar } from "./star/generate-star.ts";
import { playStar } from "./star/play-star.ts";
import { STAR_FAULTS } from "./star/star-faults.ts";

const MOST_SEEDS = 60;

const showsFault = (seed: number): boolean => playStar(generateStar(seed)).fault !== null;

test.each(Object.keys(STAR_FAULTS))("S99 planted in stars, and found: %s", { timeout: 240_000 }, (name) => {
  expect(showsFault(findPlanted(STAR_FAULTS[name], showsFault, MOST_SEEDS))).toBe(false);
});
