import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Where programs of these names may lie on the path, the first name first in each folder. */
export function onPath(...names: readonly string[]): string[] {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders.flatMap((folder) => names.map((name) => join(folder, name)));
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Whether what this machine lacks is a failure (in CI), or is only told. */
export const areToolsRequired = [process.env["CI"], process.env["TICKMESH_REQUIRE_INTEROP"]].some(
  (value) => value === "true" || value === "1",
);
