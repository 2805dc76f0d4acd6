import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const CLI = fileURLToPath(new URL("../../src/server/cli.ts", import.meta.url));

/** A lobby server in a process of its own, as `npm run lobby` starts it. */
export class LobbyProcess {
  readonly port: number;
  readonly adminUrl: string;
  readonly #child: ChildProcess;
  readonly #logged: () => string;

  static async start(...args: readonly string[]): Promise<LobbyProcess> {
    const child = spawn(process.execPath, [CLI, "--ice-servers", "none", "--port", "0", ...args], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let logged = "";
    child.stderr.on("data", (chunk: Buffer) => {
      logged += chunk.toString();
    });
    let said = "";
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
      said += chunk.toString();
      if (/health and metrics: \S+\n/.test(said)) break;
    }
    const port = /listening on http:\/\/[\d.]+:(\d+)\n/.exec(said)?.[1];
    if (port === undefined) throw new Error(`the lobby server said: ${said}${logged}`);
    return new LobbyProcess(child, Number(port), /metrics: (\S+)\n/.exec(said)?.[1] ?? "", () => logged);
  }

  private constructor(child: ChildProcess, port: number, adminUrl: string, logged: () => string) {
    this.#child = child;
    this.port = port;
    this.adminUrl = adminUrl;
    this.#logged = logged;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** What it logged so far, by lines. */
  get logged(): string[] {
    return this.#logged()
      .split("\n")
      .filter((line) => line !== "");
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  signal(name: "SIGSTOP" | "SIGCONT" | "SIGTERM"): void {
    this.#child.kill(name);
  }

  /** Ends the process; resolves to its exit code, or the signal's name. */
  async end(signal: "SIGKILL" | "SIGTERM" | "SIGINT" = "SIGKILL"): Promise<number | string> {
    if (!this.isRunning) return 0;
    const ended = once(this.#child, "exit");
    this.#child.kill(signal);
    const [code, by] = await ended;
    return (code as number | null) ?? (by as string);
  }
}
