import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { readlinkSync } from "node:fs";

const UNSHARED_WITHIN_MS = 5_000;

/** A network namespace of its own, for as long as the process lives that holds it: nothing is left behind, however the lab ends. */
export class NamespaceProcess {
  readonly #holder: ChildProcess;

  static async open(): Promise<NamespaceProcess> {
    const holder = spawn("unshare", ["-n", "sleep", "infinity"], { stdio: "ignore" });
    const made = new NamespaceProcess(holder);
    const deadline = performance.now() + UNSHARED_WITHIN_MS;
    while (made.#networkOf(holder.pid) === made.#networkOf("self")) {
      if (performance.now() > deadline) throw new Error("unshare made no network namespace");
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    made.run("ip", "link", "set", "lo", "up");
    return made;
  }

  private constructor(holder: ChildProcess) {
    this.#holder = holder;
  }

  get pid(): number {
    return this.#holder.pid as number;
  }

  /** What to put before a command, for it to run inside. */
  get prefix(): readonly string[] {
    return ["nsenter", `--net=/proc/${this.pid}/ns/net`];
  }

  /** Runs a command inside, and waits for it. Throws with what it printed if it fails. */
  run(...command: readonly string[]): string {
    return this.runWith("", ...command);
  }

  runWith(input: string, ...command: readonly string[]): string {
    const [program, ...args] = [...this.prefix, ...command] as [string, ...string[]];
    return execFileSync(program, args, { input, encoding: "utf8", stdio: ["pipe", "pipe", "pipe"] });
  }

  close(): void {
    this.#holder.kill("SIGKILL");
  }

  #networkOf(pid: number | "self" | undefined): string {
    try {
      return readlinkSync(`/proc/${pid}/ns/net`);
    } catch {
      return readlinkSync("/proc/self/ns/net");
    }
  }
}
