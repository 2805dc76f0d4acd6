import { expect, test } from "vitest";
import { areToolsRequired } from "../support/executables.ts";
import { missingTools } from "./tools.ts";

const missing = await missingTools();
const parts: Readonly<Record<string, readonly string[]>> = {
  Firefox: ["the backend's contract in Firefox", "Firefox in the mixed mesh"],
  Godot: ["Godot in the mixed mesh"],
  Node: ["Node in the mixed mesh"],
};

test("the tools of the mixed mesh are told apart: those that are here, those that are not", () => {
  expect(Object.keys(parts)).toEqual(expect.arrayContaining([...missing.keys()]));
});

// `npm test` counts these apart, by the beginning of their titles.
for (const [name, why] of missing) {
  for (const part of parts[name] ?? []) {
    test(`NOT RUN: ${part} (${why})`, () => {
      if (areToolsRequired) expect.fail(`${part} must run here, but ${why}`);
    });
  }
}
