import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { NodeQuestion } from "./backends-node.ts";

/** A Node of its own, in which nothing else goes on. */
export class NodeProcess {
  readonly #child: ChildProcess = fork(new URL("backends-node.ts", import.meta.url), {
    execArgv: ["--conditions=tickmesh-source", "--expose-gc"],
  });

  /** One question at a time. */
  async ask(question: NodeQuestion): Promise<number[]> {
    const over = new AbortController();
    const ended = once(this.#child, "exit", { signal: over.signal }).then(() => {
      throw new Error("the process that measures in Node has ended");
    });
    this.#child.send(question);
    try {
      const [answer] = await Promise.race([once(this.#child, "message", { signal: over.signal }), ended]);
      return answer as number[];
    } finally {
      ended.catch(() => {});
      over.abort();
    }
  }

  close(): void {
    this.#child.kill();
  }
}
