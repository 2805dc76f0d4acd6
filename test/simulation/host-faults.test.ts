import { expect, test } from "vitest";
import { generateHost } from "./host/generate-host.ts";
import { HOST_FAULTS } from "./host/host-faults.ts";
import { playHost } from "./host/play-host.ts";

const MOST_SEEDS = 200;

/** The first seed whose run shows a fault. */
function find(): number {
  for (let seed = 0; seed < MOST_SEEDS; seed++) if (playHost(generateHost(seed)).fault !== null) return seed;
  throw new Error(`not found within ${MOST_SEEDS} seeds`);
}

test.each(Object.keys(HOST_FAULTS))("H16 planted in hosts, and found: %s", { timeout: 600_000 }, (name) => {
  const remove = HOST_FAULTS[name]?.();
  let seed: number;
  try {
    seed = find();
  } finally {
    remove?.();
  }
  expect(playHost(generateHost(seed)).fault).toBeNull();
});
