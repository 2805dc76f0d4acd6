import { expect, test } from "vitest";
import { findPlanted } from "./find-planted.ts";
import { generateHost } from "./host/generate-host.ts";
import { HOST_FAULTS } from "./host/host-faults.ts";
import { playHost } from "./host/play-host.ts";

const MOST_SEEDS = 200;

const showsFault = (seed: number): boolean => playHost(generateHost(seed)).fault !== null;

test.each(Object.keys(HOST_FAULTS))("H16 planted in hosts, and found: %s", { timeout: 600_000 }, (name) => {
  expect(showsFault(findPlanted(HOST_FAULTS[name], showsFault, MOST_SEEDS))).toBe(false);
});
