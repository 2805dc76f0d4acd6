import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LoadBalancer } from "../support/load-balancer.ts";
import { LobbyProcess } from "../support/lobby-process.ts";
import { RedisProcess } from "../support/redis-process.ts";

/** One server; one with a key, which it keeps when it is started again; or two with a key and a Redis, behind a load balancer. */
export type ServiceKind = "no key" | "key" | "Redis";

/** The lobby servers of one game, which can be broken. */
export class LobbyService {
  readonly kind: ServiceKind;
  /** What players are told. */
  readonly url: string;
  readonly #folder: string;
  readonly #redis: RedisProcess | null;
  readonly #processes: LobbyProcess[];
  readonly #balancer: LoadBalancer | null;

  static async open(kind: ServiceKind): Promise<LobbyService> {
    const folder = mkdtempSync(join(tmpdir(), "tickmesh-faults-"));
    writeFileSync(join(folder, "key"), randomBytes(32));
    const redis = kind === "Redis" ? await RedisProcess.start() : null;
    const flags = flagsOf(kind, folder, redis);
    const processes = await Promise.all((redis === null ? [0] : [0, 1]).map(() => LobbyProcess.start(...flags)));
    const balancer = redis === null ? null : await LoadBalancer.start(...processes.map(({ port }) => port));
    return new LobbyService(kind, folder, redis, processes, balancer);
  }

  private constructor(
    kind: ServiceKind,
    folder: string,
    redis: RedisProcess | null,
    processes: LobbyProcess[],
    balancer: LoadBalancer | null,
  ) {
    this.kind = kind;
    this.#folder = folder;
    this.#redis = redis;
    this.#processes = processes;
    this.#balancer = balancer;
    this.url = balancer?.url ?? (processes[0] as LobbyProcess).url;
  }

  get redis(): RedisProcess {
    if (this.#redis === null) throw new Error("there is no Redis");
    return this.#redis;
  }

  /** Ends the servers; resolves as soon as they have ended. */
  async end(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    await Promise.all(this.#processes.map((each) => each.end(signal)));
  }

  /** Starts again what has ended, on the same ports. */
  async start(): Promise<void> {
    const flags = flagsOf(this.kind, this.#folder, this.#redis);
    for (const [index, { isRunning, port }] of this.#processes.entries()) {
      if (!isRunning) this.#processes[index] = await LobbyProcess.start(...flags, "--port", String(port));
    }
  }

  /** Ends the server that has the lobby, and no other. */
  async endHolder(): Promise<void> {
    const holders = await Promise.all(this.#processes.map(async (each) => ((await lobbiesOf(each)) > 0 ? [each] : [])));
    for (const holder of holders.flat()) await holder.end("SIGKILL");
  }

  signal(name: "SIGSTOP" | "SIGCONT"): void {
    for (const each of this.#processes) each.signal(name);
  }

  async close(): Promise<void> {
    this.#balancer?.close();
    await this.end("SIGKILL");
    await this.#redis?.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function flagsOf(kind: ServiceKind, folder: string, redis: RedisProcess | null): string[] {
  const key = kind === "no key" ? [] : ["--key", join(folder, "key")];
  return [...key, "--drain-seconds", "1", ...(redis === null ? [] : ["--redis", redis.url])];
}

async function lobbiesOf({ adminUrl }: LobbyProcess): Promise<number> {
  const metrics = await (await fetch(`${adminUrl}/metrics`)).text();
  return Number(/^tickmesh_lobbies (\d+)$/m.exec(metrics)?.[1] ?? 0);
}
