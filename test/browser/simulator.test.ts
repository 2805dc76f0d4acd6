import { expect, test } from "vitest";
import { commands } from "vitest/browser";
import { NETWORK_HASH, networkHash } from "../simulation/pinned.ts";
import { wholeStackHash } from "../simulation/whole-stack.ts";
import type { simulationCommands } from "../support/simulation-commands.ts";

const SEEDS = [1, 4, 7];

const { hashesInNode } = commands as unknown as {
  hashesInNode: (...seeds: number[]) => ReturnType<typeof simulationCommands.hashesInNode>;
};

test("W21 the network alone, under a fixed script, has the pinned hash in Chromium", () => {
  expect(networkHash()).toBe(NETWORK_HASH);
});

test("W73 the whole stack gives the same traces in Chromium as in Node", async () => {
  expect([networkHash(), ...SEEDS.map(wholeStackHash)]).toEqual(await hashesInNode(...SEEDS));
});
