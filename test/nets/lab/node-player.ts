import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { LabPlayer } from "./lab-player.ts";
import type { LabAnswer, LabOrder } from "./player-process.ts";
import type { Site } from "./site.ts";

const PROGRAM = fileURLToPath(new URL("player-process.ts", import.meta.url));

/** A player in Node on a site's machine. */
export function openNodePlayer(site: Site): LabPlayer {
  const [enter = "", ...prefix] = site.prefix;
  const args = [...prefix, process.execPath, "--conditions=tickmesh-source", PROGRAM];
  const child = spawn(enter, args, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const waiting = new Map<number, (answer: LabAnswer) => void>();
  let orders = 0;
  child.on("message", (answer: LabAnswer) => {
    waiting.get(answer.number)?.(answer);
    waiting.delete(answer.number);
  });
  child.on("exit", () => {
    for (const [number, answer] of waiting) answer({ number, error: "the player's process has ended" });
  });

  async function order(method: LabOrder["method"], values: readonly unknown[]): Promise<unknown> {
    orders += 1;
    const number = orders;
    const { value, error } = await new Promise<LabAnswer>((resolve) => {
      waiting.set(number, resolve);
      child.send({ number, method, args: values } satisfies LabOrder);
    });
    if (error !== undefined) throw new Error(`Node, ${site.network}: ${error}`);
    return value;
  }

  return {
    seat: { runtime: "Node", network: site.network },
    site,
    // What comes from another process has no type of its own.
    call: (method, ...values) => order(method, values) as Promise<never>,
    async renew() {
      await order("renew", []);
    },
    async close() {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = once(child, "exit");
        child.kill("SIGKILL");
        await ended;
      }
      site.close();
    },
  };
}
