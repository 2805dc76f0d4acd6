import { expect, test } from "vitest";
import { commands } from "vitest/browser";
import type { simulationCommands } from "../support/simulation-commands.ts";
import { NETWORK_HASH, networkHash } from "./pinned.ts";
import { wholeStackHash } from "./whole-stack.ts";

const SEEDS = [1, 4, 7];

const { hashesInNode } = commands as unknown as {
  hashesInNode: (...seeds: number[]) => ReturnType<typeof simulationCommands.hashesInNode>;
};

/** The tests that a browser's engine simulates as Node's does. */
export function runSameEverywhere(browser: string): void {
  test(`W21 the network alone, under a fixed script, has the pinned hash in ${browser}`, () => {
    expect(networkHash()).toBe(NETWORK_HASH);
  });

  test(`W73 the whole stack gives the same traces in ${browser} as in Node`, async () => {
    expect([networkHash(), ...SEEDS.map(wholeStackHash)]).toEqual(await hashesInNode(...SEEDS));
  });
}
