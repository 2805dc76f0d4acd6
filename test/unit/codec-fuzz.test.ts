import { expect, test } from "vitest";
import { codecTarget } from "../fuzz/codec.fuzz.ts";
import { fuzz } from "../fuzz/fuzz.ts";

const INPUTS = 20_000;

test("Y7, Y12, Y15 whatever bytes come, a payload reads a value that it writes again, or refuses them", () => {
  const { outcomes } = fuzz(codecTarget, INPUTS, 2_024);
  // It got somewhere: values of every payload were read.
  const read = [...outcomes.keys()].filter((outcome) => outcome.includes(": read"));
  expect(new Set(read.map((outcome) => outcome.split(":")[0])).size).toBe(10);
});
