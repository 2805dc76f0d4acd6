import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The key of the demo's own lobby server, kept beside the sources: a server that is started again knows the games of the one before. */
export function lobbyKey(root: string): Uint8Array {
  const folder = join(root, ".cache");
  const file = join(folder, "demo-lobby.key");
  try {
    const key = readFileSync(file);
    if (key.length >= 32) return key;
  } catch {
    // The first start.
  }
  const key = randomBytes(32);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, key, { mode: 0o600 });
  return key;
}
