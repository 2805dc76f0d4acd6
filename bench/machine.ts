import { readFileSync } from "node:fs";
import { cpus, loadavg, platform, release, totalmem } from "node:os";

/** Where and with what the figures were made. `loadBefore`: how busy the machine was with other things. */
export function machine(chromiumVersion: string) {
  const [cpu] = cpus();
  return {
    cpu: cpu?.model ?? "unknown",
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()}`,
    node: process.versions.node,
    chromium: chromiumVersion,
    tickmesh: (JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string })
      .version,
    loadBefore: loadavg()[0] ?? 0,
  };
}
