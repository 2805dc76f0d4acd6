import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

/** A key's file that is not there yet. */
export class MissingKey {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** Makes the file, with a new key that this user alone can read. If somebody was faster, theirs is the key. */
  make(): Uint8Array {
    try {
      writeFileSync(this.path, randomBytes(32), { flag: "wx", mode: 0o600 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    return new Uint8Array(readFileSync(this.path));
  }
}
