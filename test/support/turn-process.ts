import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.ts";
import { until } from "./until.ts";

/** A real coturn on loopback. `turnserver` must be on the PATH. */
export class TurnProcess {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #folder: string;

  /** One that takes credentials signed by a shared secret, and relays to this machine's own players. */
  static relaying(secret: string): Promise<TurnProcess> {
    const signed = ["--use-auth-secret", `--static-auth-secret=${secret}`, "--realm=test"];
    return TurnProcess.start("-n", ...signed, "--allow-loopback-peers", "--no-cli", "--no-tls", "--no-dtls");
  }

  /** `args`: beside those that make it listen on loopback alone. */
  static async start(...args: readonly string[]): Promise<TurnProcess> {
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), "tickmesh-turn-"));
    const places = ["--pidfile", join(folder, "pid"), "--userdb", join(folder, "db"), "--log-file=stdout"];
    const listening = ["-L", "127.0.0.1", "-E", "127.0.0.1", "-E", "::1", "-p", String(port)];
    const child = spawn("turnserver", [...args, ...listening, ...places], { stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    const hear = (chunk: Buffer): void => {
      said += chunk.toString();
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    let failure: Error | null = null;
    child.once("error", (error: NodeJS.ErrnoException) => {
      failure = error.code === "ENOENT" ? new Error("these tests need coturn's turnserver on the PATH") : error;
    });
    await until(
      () => {
        if (failure !== null) throw failure;
        if (child.exitCode !== null) throw new Error(`turnserver ended: ${said}`);
        return said.includes("Relay ports initialization done");
      },
      { what: "coturn starts" },
    ).catch((error: Error) => {
      child.kill("SIGKILL");
      throw new Error(`${error.message}: ${said}`);
    });
    return new TurnProcess(child, port, folder, () => said);
  }

  private constructor(child: ChildProcess, port: number, folder: string, said: () => string) {
    this.#child = child;
    this.port = port;
    this.#folder = folder;
    this.said = said;
  }

  get url(): string {
    return `turn:127.0.0.1:${this.port}?transport=udp`;
  }

  /** What it printed so far. */
  readonly said: () => string;

  async end(): Promise<void> {
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await ended;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
