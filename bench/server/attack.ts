/** What a lobby notices while the server that it is on is attacked, with the limits that a server has if nothing is said. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { LobbyProcess } from "../../test/support/lobby-process.ts";
import type { Noticed, Times } from "./attack-honest.ts";
import { ATTACKS } from "./attacks.ts";
import { httpAnswer } from "./http-answer.ts";

const HELP = `npm run bench:attack -- [options]

  --only WORDS   attacks whose names hold these words
  --seconds N    how long each lasts; default 12
  --help         this`;

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    seconds: { type: "string", default: "12" },
    help: { type: "boolean", default: false },
  },
});
const names = Object.keys(ATTACKS).filter((name) => name.includes(values.only));
const seconds = Number(values.seconds);
if (values.help || names.length === 0 || !(seconds > 0)) {
  console.log(HELP);
  process.exit(values.help ? 0 : 1);
}

interface Use {
  readonly rssMb: number;
  readonly cpuSeconds: number;
}

async function useOf({ adminUrl }: LobbyProcess): Promise<Use> {
  const text = await httpAnswer(Number(new URL(adminUrl).port), "/metrics");
  const value = (name: string): number => Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]);
  return { rssMb: value("process_resident_memory_bytes") / 1e6, cpuSeconds: value("process_cpu_seconds_total") };
}

function start(file: URL, ...args: readonly string[]): ChildProcess {
  return fork(file, args, { execArgv: ["--conditions=tickmesh-source"] });
}

async function next<Answer>(child: ChildProcess): Promise<Answer> {
  const ended = once(child, "exit").then(([code]) => Promise.reject(new Error(`a process ended: ${code}`)));
  const [message] = (await Promise.race([once(child, "message"), ended])) as [Answer];
  ended.catch(() => {});
  return message;
}

function ms({ p50Ms, p99Ms, maxMs, sent, lost }: Times): string {
  const short = (value: number | null): string => (value === null ? "-" : value.toFixed(value < 10 ? 1 : 0));
  return `${short(p50Ms)} / ${short(p99Ms)} / ${short(maxMs)}${lost > 0 ? `, ${lost} of ${sent} LOST` : ""}`;
}

async function attackedBy(name: string): Promise<void> {
  const server = await LobbyProcess.start("--monitor-password", "only-for-this-benchmark");
  const honest = start(new URL("attack-honest.ts", import.meta.url), String(server.port));
  try {
    const code = await next<string>(honest);
    const ask = async (): Promise<Noticed> => {
      const answer = next<Noticed>(honest);
      honest.send("tell");
      return answer;
    };
    await pause(3_000);
    const before = await ask();
    const rest = await useOf(server);
    const attacker = start(new URL("attack-process.ts", import.meta.url), String(server.port), code, name);
    await next(attacker);
    // What preparing did is not counted.
    await ask();
    const begun = await useOf(server);
    let peakMb = begun.rssMb;
    const untilMs = performance.now() + seconds * 1_000;
    while (performance.now() < untilMs) {
      await pause(1_000);
      peakMb = Math.max(peakMb, (await useOf(server)).rssMb);
    }
    const ended = await useOf(server);
    const told = ask();
    const done = next<string>(attacker);
    attacker.send("stop");
    const during = await told;
    console.log(`\n${name}: ${await done}`);
    attacker.kill();
    await pause(2_000);
    const after = await useOf(server);
    console.log(`  signals, ms   before ${ms(before.signals)}   during ${ms(during.signals)}`);
    console.log(`  relay, ms     before ${ms(before.relay)}   during ${ms(during.relay)}`);
    console.log(`  joins, ms     before ${ms(before.joins)}   during ${ms(during.joins)}`);
    const cpu = (100 * (ended.cpuSeconds - begun.cpuSeconds)) / seconds;
    console.log(
      `  server        ${rest.rssMb.toFixed(0)} MB before, ${peakMb.toFixed(0)} at most, ${after.rssMb.toFixed(0)} after; ` +
        `${cpu.toFixed(0)} % of a core; ${during.closed} honest sockets closed; ${server.logged.length} lines logged`,
    );
  } finally {
    honest.kill();
    await server.end();
  }
}

console.log(`${names.length} attacks of ${seconds} s; median / 99th percentile / longest`);
for (const name of names) await attackedBy(name);
process.exit();
