import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { freePort } from "./free-port.ts";
import { until } from "./until.ts";

/** A real Redis on a free port of this machine, that keeps nothing. `redis-server` must be on the PATH. */
export class RedisProcess {
  readonly port: number;
  #child: ChildProcess | null = null;

  static async start(): Promise<RedisProcess> {
    const redis = new RedisProcess(await freePort());
    await redis.restart();
    return redis;
  }

  private constructor(port: number) {
    this.port = port;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts it, on the same port, with nothing in it. */
  async restart(): Promise<void> {
    const options = ["--port", String(this.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
    const child = spawn("redis-server", options, { stdio: ["ignore", "pipe", "inherit"] });
    this.#child = child;
    let said = "";
    child.stdout.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
    let failure: Error | null = null;
    child.once("error", (error: NodeJS.ErrnoException) => {
      failure = error.code === "ENOENT" ? new Error("these tests need redis-server on the PATH") : error;
    });
    await until(
      () => {
        if (failure !== null) throw failure;
        if (child.exitCode !== null) throw new Error(`redis-server ended: ${said}`);
        return said.includes("Ready to accept connections");
      },
      { what: "Redis starts" },
    );
  }

  /** `SIGSTOP` leaves its connections open, and answers nothing. */
  signal(name: "SIGSTOP" | "SIGCONT"): void {
    this.#child?.kill(name);
  }

  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  }
}
