import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * Sees to it that this program runs in a network namespace that has the loopback interface and nothing else: runs it again in
 * one, and ends with its result. Without root it needs unprivileged user namespaces. With root it also asks for real-time priority:
 * on a busy machine, latencies would else be those of the scheduler.
 */
export function enterNamespace(): void {
  const interfaces = readFileSync("/proc/net/dev", "utf8")
    .split("\n")
    .slice(2)
    .filter((line) => line.trim() !== "");
  if (interfaces.length === 1 && process.env["TICKMESH_NAMESPACE"] === "1") {
    execFileSync("ip", ["link", "set", "lo", "up"]);
    return;
  }
  const isRoot = process.getuid?.() === 0;
  const isTimely = isRoot && spawnSync("chrt", ["-r", "10", "true"]).status === 0;
  const { status, error } = spawnSync(
    "unshare",
    [
      ...(isRoot ? [] : ["-r"]),
      "-n",
      ...(isTimely ? ["chrt", "-r", "10"] : []),
      process.execPath,
      ...process.execArgv,
      ...process.argv.slice(1),
    ],
    { stdio: "inherit", env: { ...process.env, TICKMESH_NAMESPACE: "1" } },
  );
  if (error !== undefined) throw error;
  process.exit(status ?? 1);
}

/** Loses a share of the UDP packets that come to certain ports, as a lossy link would: neither end is told. */
export class PortLoss {
  readonly #percents: readonly number[];

  constructor(percents: readonly number[]) {
    this.#percents = percents;
    const sets = percents.map((percent) => `set lossy${percent} { type inet_service; }`);
    const rules = percents.map(
      (percent) => `udp dport @lossy${percent} numgen random mod 100 < ${percent} counter drop`,
    );
    const chain = ["chain arriving {", "type filter hook input priority 0;", ...rules, "}"];
    nft(["table inet tickmesh {", ...sets, ...chain, "}"].join("\n"));
  }

  /** From now on. */
  start(percent: number, ports: readonly number[]): void {
    if (percent === 0) return;
    if (!this.#percents.includes(percent)) throw new Error(`no set for ${percent} %`);
    nft(`add element inet tickmesh lossy${percent} { ${ports.join(", ")} }`);
  }

  stop(): void {
    for (const percent of this.#percents) nft(`flush set inet tickmesh lossy${percent}`);
  }
}

function nft(commands: string): void {
  execFileSync("nft", ["-f", "-"], { input: commands });
}
