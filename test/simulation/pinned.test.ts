import { expect, test } from "vitest";
import { NETWORK_HASH, networkHash } from "./pinned.ts";
import { wholeStackHash } from "./whole-stack.ts";

test("W21 the network alone, under a fixed script, has the pinned hash in Node", () => {
  expect(networkHash()).toBe(NETWORK_HASH);
});

test("W73 the whole stack gives the same trace for the same seed, and another for another", () => {
  expect(wholeStackHash(1)).toBe(wholeStackHash(1));
  expect(wholeStackHash(2)).not.toBe(wholeStackHash(1));
});
