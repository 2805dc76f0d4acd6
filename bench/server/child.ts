import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";

/** A process of its own that answers one thing after the other. */
export class Child {
  readonly #process: ChildProcess;
  readonly #name: string;

  protected constructor(file: URL, args: readonly string[]) {
    this.#name = file.pathname.split("/").at(-1) ?? "";
    // Its own garbage collections on request: what waits to be collected is no memory of a client's.
    this.#process = fork(file, args, {
      execArgv: ["--expose-gc", ...process.execArgv.filter((flag) => flag.startsWith("--conditions"))],
    });
  }

  async end(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, "exit");
    this.#process.kill("SIGKILL");
    await ended;
  }

  /** What it says next. Rejects if it ends instead. */
  protected next(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const ended = (code: number | null, signal: string | null): void => {
        reject(new Error(`${this.#name} ended: ${code ?? signal}`));
      };
      this.#process.once("exit", ended);
      this.#process.once("message", (answer) => {
        this.#process.off("exit", ended);
        resolve(answer);
      });
    });
  }

  protected ask(question: object | string): Promise<unknown> {
    const answer = this.next();
    this.#process.send(question);
    return answer;
  }
}
