import { spawnSync } from "node:child_process";

/** What the lab needs and this machine does not have; `null` if it has all. */
export function missingForLab(): string | null {
  if (process.getuid?.() !== 0) return "only root may make networks";
  for (const [program, ...args] of [
    ["ip", "-V"],
    ["nft", "--version"],
    ["turnserver", "--version"],
    ["unshare", "-n", "true"],
  ] as const) {
    const { error, status } = spawnSync(program, args, { stdio: "ignore" });
    if (error !== undefined || (program === "unshare" && status !== 0)) return `${program} cannot be run`;
  }
  return null;
}
