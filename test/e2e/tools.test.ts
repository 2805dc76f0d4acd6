import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { areToolsRequired } from "../support/executables.ts";
import { missingTools, TOOLS } from "./tools.ts";

test("what needs a server that is not ours is there", () => {
  for (const { files } of Object.values(TOOLS)) for (const file of files) expect(existsSync(file), file).toBe(true);
});

// `npm test` counts these apart, by the beginning of their titles.
for (const program of missingTools()) {
  const part = TOOLS[program]?.part;
  test(`NOT RUN: ${part} (there is no ${program} here)`, () => {
    if (areToolsRequired) expect.fail(`${part} must run here, but there is no ${program}`);
  });
}
