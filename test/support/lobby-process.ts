import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const CLI = fileURLToPath(new URL("../../src/server/cli.ts", import.meta.url));

/** A lobby server in a process of its own, as `npm run lobby` starts it. */
export class LobbyProcess {
  readonly port: number;
  readonly #child: ChildProcess;

  static async start(...args: readonly string[]): Promise<LobbyProcess> {
    const child = spawn(process.execPath, [CLI, "--ice-servers", "none", ...args], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let said = "";
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
      said += chunk.toString();
      if (said.includes("\n")) break;
    }
    const port = /listening on http:\/\/[\d.]+:(\d+)\n/.exec(said)?.[1];
    if (port === undefined) throw new Error(`the lobby server said: ${said}`);
    return new LobbyProcess(child, Number(port));
  }

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Ends the process; resolves to its exit code, or the signal's name. */
  async end(signal: "SIGKILL" | "SIGTERM" | "SIGINT" = "SIGKILL"): Promise<number | string> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return 0;
    const ended = once(this.#child, "exit");
    this.#child.kill(signal);
    const [code, by] = await ended;
    return (code as number | null) ?? (by as string);
  }
}
