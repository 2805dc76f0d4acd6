import { reasonOf } from "../../src/base/diagnostics.ts";
import { firefoxPath } from "../support/firefox.ts";
import { godotEngine } from "../support/godot-engine.ts";

/** What the mixed mesh is made of and this machine does not have, by name, and why. Chromium is taken for granted. */
export async function missingTools(): Promise<ReadonlyMap<string, string>> {
  const missing = new Map<string, string>();
  if (firefoxPath() === null) {
    missing.set("Firefox", "none is installed, and the variable FIREFOX names none");
  }
  await godotEngine().catch((error: unknown) => missing.set("Godot", `its engine cannot be had: ${firstLine(error)}`));
  await import("node-datachannel").catch((error: unknown) => {
    missing.set("Node", `node-datachannel cannot be loaded: ${firstLine(error)}`);
  });
  return missing;
}

function firstLine(error: unknown): string {
  return reasonOf(error).split("\n", 1)[0] ?? "";
}
