import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const STARTS_WITHIN_MS = 60_000;

/** A program of this repository, running. */
export interface RunningProgram {
  /** What it printed that matched. */
  readonly matched: string;
  /** Ends the process the hard way, as a crash would. */
  kill(): Promise<void>;
}

/** Starts `node <args>`, and waits until it prints something that matches. */
async function startProgram(args: readonly string[], ready: RegExp): Promise<RunningProgram> {
  const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  const matched = await firstMatch(child, ready);
  return {
    matched,
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
    },
  };
}

function firstMatch(child: ChildProcess, ready: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = "";
    const fail = (why: string): void => reject(new Error(`${child.spawnargs.join(" ")}: ${why}\n${printed}`));
    const timer = setTimeout(() => fail("did not start in time"), STARTS_WITHIN_MS);
    const read = (chunk: Buffer): void => {
      printed += chunk.toString();
      const match = ready.exec(printed);
      if (match === null) return;
      clearTimeout(timer);
      resolve(match[1] ?? match[0]);
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("exit", (code) => fail(`ended with code ${code}`));
  });
}

/** The same for all that this process starts: a lobby server knows the games of the one before. */
function keyFile(): string {
  if (madeKeyFile === "") {
    madeKeyFile = join(mkdtempSync(join(tmpdir(), "lobby-key-")), "key");
    writeFileSync(madeKeyFile, randomBytes(32));
  }
  return madeKeyFile;
}
let madeKeyFile = "";

/** A lobby server in a process of its own. */
export function startLobbyProcess(port: number, more: readonly string[] = []): Promise<RunningProgram> {
  const args = ["src/server/cli.ts", "--port", String(port), "--host", "127.0.0.1", "--ice-servers", "none"];
  return startProgram([...args, "--admin-port", "0", "--key", keyFile(), ...more], /listening on (\S+)/);
}

/**
 * The demo, as `npm run demo` serves it. `lobbyUrl`: the lobby server to use; `null` for its own. `matched` is the page's address.
 */
export function startDemoProcess(lobbyUrl: string | null, port = 0): Promise<RunningProgram> {
  const lobby = lobbyUrl === null ? ["--ice-servers", "none"] : ["--lobby", lobbyUrl];
  return startProgram(["demo/serve.ts", "--port", String(port), ...lobby], /this machine\s+(\S+)/);
}
