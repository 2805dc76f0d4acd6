import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { until } from "./until.ts";

const CLI = fileURLToPath(new URL("../../src/server/cli.ts", import.meta.url));

/** What a process wrote so far. */
interface Output {
  readonly said: () => string;
  readonly logged: () => string;
}

/** A lobby server in a process of its own, as `npm run lobby` starts it. */
export class LobbyProcess {
  readonly port: number;
  readonly adminUrl: string;
  readonly #child: ChildProcess;
  readonly #output: Output;

  static async start(...args: readonly string[]): Promise<LobbyProcess> {
    // One that is started again on its port finds the next one taken, by who came meanwhile.
    const ports = ["--port", "0", "--admin-port", "0"];
    const child = spawn(process.execPath, [CLI, "--ice-servers", "none", ...ports, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let logged = "";
    child.stderr.on("data", (chunk: Buffer) => {
      logged += chunk.toString();
    });
    let said = "";
    child.stdout.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
    let isOver = false;
    child.once("close", () => {
      isOver = true;
    });
    const isStarted = (): boolean => /health and metrics: \S+\n/.test(said);
    await until(() => isOver || isStarted(), { deadlineMs: 30_000, what: "the lobby server to start" });
    const port = /listening on http:\/\/[\d.]+:(\d+)\n/.exec(said)?.[1];
    if (port === undefined) throw new Error(`the lobby server said: ${said}${logged}`);
    return new LobbyProcess(child, Number(port), /metrics: (\S+)\n/.exec(said)?.[1] ?? "", {
      said: () => said,
      logged: () => logged,
    });
  }

  private constructor(child: ChildProcess, port: number, adminUrl: string, output: Output) {
    this.#child = child;
    this.port = port;
    this.adminUrl = adminUrl;
    this.#output = output;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** What it said on its standard output so far. */
  get said(): string {
    return this.#output.said();
  }

  /** What it logged so far, by lines. */
  get logged(): string[] {
    return this.#output
      .logged()
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
