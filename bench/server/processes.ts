import { RedisProcess } from "../../test/support/redis-process.ts";
import { type Comparison, compareRates } from "../result.ts";
import { inRotation } from "../rounds.ts";
import { median } from "../statistics.ts";
import { cpuEach, type Measure, perSecond } from "./contest.ts";
import { Generator } from "./generator.ts";
import type { Answer, Job } from "./job.ts";
import { Served } from "./served.ts";

/** `direct`: each process has an address of its own for players; otherwise sockets are handed on, as behind one load balancer. */
const SERVICES = {
  alone: { processes: 1, redis: false, direct: false },
  "1 process": { processes: 1, redis: true, direct: false },
  "2 processes": { processes: 2, redis: true, direct: false },
  "4 processes": { processes: 4, redis: true, direct: false },
  "2 processes, direct": { processes: 2, redis: true, direct: true },
  "4 processes, direct": { processes: 4, redis: true, direct: true },
} as const;
type ServiceName = keyof typeof SERVICES;
const NAMES = Object.keys(SERVICES) as ServiceName[];

const PLAYERS = 4;
const LOBBIES = 96;
const UNDER_WAY = 1;
const FLOOD_MS = 700;

/** What the processes of one service do together, and a process that makes load for each. */
class Service {
  readonly #redis: RedisProcess | null;
  readonly #served: readonly Served[];
  readonly #generators: readonly Generator[];

  static async start(name: ServiceName, generators: readonly Generator[]): Promise<Service> {
    const { processes, redis: isShared, direct } = SERVICES[name];
    const redis = isShared ? await RedisProcess.start() : null;
    const args = redis === null ? [] : [redis.url, ...(direct ? ["direct"] : [])];
    const served: Served[] = [];
    for (let made = 0; made < processes; made++) served.push(await Served.start("tickmesh", ...args));
    return new Service(redis, served, generators.slice(0, processes));
  }

  private constructor(redis: RedisProcess | null, served: readonly Served[], generators: readonly Generator[]) {
    this.#redis = redis;
    this.#served = served;
    this.#generators = generators;
  }

  async measure(message: unknown): Promise<{ readonly joins: Measure; readonly messages: Measure }> {
    const ports = this.#served.map(({ port }) => port);
    const lobbies = LOBBIES / ports.length;
    const joins = await this.#do((at) => {
      const inTurn = [...ports.slice(at), ...ports.slice(0, at)];
      return { do: "join", side: "tickmesh", ports: inTurn, lobbies, players: PLAYERS };
    });
    const messages = await this.#do(() => ({ do: "flood", message, lobbies, underWay: UNDER_WAY, ms: FLOOD_MS }));
    await this.#do(() => ({ do: "leave" }));
    return { joins, messages };
  }

  async end(): Promise<void> {
    await Promise.all(this.#served.map((each) => each.end()));
    await this.#redis?.kill();
  }

  async #do(job: (at: number) => Job): Promise<Measure> {
    const before = await this.#cpuMs();
    const done = await Promise.all(this.#generators.map((generator, at): Promise<Answer> => generator.do(job(at))));
    return {
      count: done.reduce((sum, { count }) => sum + count, 0),
      ms: Math.max(...done.map(({ ms }) => ms)),
      loadCpuMs: done.reduce((sum, { loadCpuMs }) => sum + loadCpuMs, 0),
      cpuMs: (await this.#cpuMs()) - before,
    };
  }

  async #cpuMs(): Promise<number> {
    const looks = await Promise.all(this.#served.map((each) => each.look()));
    return looks.reduce((sum, { cpuMs }) => sum + cpuMs, 0);
  }
}

/** One, two and four processes over a real Redis, beside one that has none. */
export async function processes(message: unknown, rounds: number): Promise<Comparison[]> {
  const generators = Array.from({ length: 4 }, () => Generator.start());
  const services = new Map<ServiceName, Service>();
  try {
    for (const name of NAMES) services.set(name, await Service.start(name, generators));
    const measure = (name: ServiceName) => (services.get(name) as Service).measure(message);
    for (const name of NAMES) await measure(name);
    const measured = await inRotation(rounds, [...NAMES, "alone again"], (turn) =>
      measure(turn === "alone again" ? "alone" : (turn as ServiceName)),
    );
    return NAMES.filter((name) => name !== "alone").flatMap((name) =>
      (["joins", "messages"] as const).map((what) => {
        const of = (turn: string, figure: (measure: Measure) => number): number[] =>
          (measured[turn as ServiceName] ?? []).map((round) => figure(round[what]));
        const turns = { raw: of("alone", perSecond), ours: of(name, perSecond), again: of("alone again", perSecond) };
        const cpu = { alone: median(of("alone", cpuEach)), "all processes": median(of(name, cpuEach)) };
        return compareRates(`server: ${what}, ${name} over Redis`, "/s", turns, {
          details: { [`processor time of one of ${what}, µs`]: cpu },
        });
      }),
    );
  } finally {
    await Promise.all([...services.values()].map((service) => service.end()));
    await Promise.all(generators.map((generator) => generator.end()));
  }
}
