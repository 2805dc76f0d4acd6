import { expect, test } from "vitest";
import { cdp } from "vitest/browser";
import { connectedPair, makePair, negotiate } from "../support/pair.ts";

test("C21 a page opens and closes more than 500 connections", async () => {
  for (let made = 0; made < 1_040; made += 40) {
    for (let i = 0; i < 20; i++) {
      const pair = makePair();
      negotiate(pair, 1);
      pair.a.createOffer();
      pair.a.close();
      pair.b.close();
    }
    // Chromium counts a closed connection until it is collected. This asks for the collection that a page would get some
    // seconds later; it helps only if nothing of ours still refers to them.
    await cdp().send("HeapProfiler.collectGarbage");
  }
  const { a, b } = await connectedPair();
  expect(a.getConnectionState()).toBe(2);
  a.close();
  b.close();
}, 60_000);
