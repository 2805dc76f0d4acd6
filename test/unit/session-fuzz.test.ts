import { expect, test } from "vitest";
import { framesTarget } from "../fuzz/frames.fuzz.ts";
import { fuzz } from "../fuzz/fuzz.ts";

const INPUTS = 10_000;

test("S38, S78 whatever bytes come, a session neither throws nor says more in return than it may", {
  timeout: 60_000,
}, () => {
  const { outcomes } = fuzz(framesTarget, INPUTS, 2_024);
  // It got somewhere: messages of every kind were heard, and every fault was found but those that a validator or a clock decides.
  const reached = [...outcomes.keys()].join(" ");
  for (const word of [
    "chat",
    "file",
    "move",
    "note",
    "ask",
    "joined left left",
    "refused no-handshake us",
    "replaced joined",
  ]) {
    expect(reached).toContain(word);
  }
  for (const fault of ["malformed-frame", "unknown-message", "wrong-payload", "not-allowed", "too-large"]) {
    expect(reached).toContain(fault);
  }
});
