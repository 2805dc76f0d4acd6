import { LobbyProcess } from "../../support/lobby-process.ts";

/** A lobby server of the lab's, in a process of its own, as it is run by whoever hosts lobbies. */
export class LabLobbies {
  readonly url: string;
  readonly #args: readonly string[];
  #process: LobbyProcess | null = null;

  static async start(host: string, port: number, ...args: readonly string[]): Promise<LabLobbies> {
    const lobbies = new LabLobbies(`http://${host}:${port}`, [
      ...["--host", host, "--port", String(port), "--admin-port", "0"],
      ...args,
    ]);
    await lobbies.start();
    return lobbies;
  }

  private constructor(url: string, args: readonly string[]) {
    this.url = url;
    this.#args = args;
  }

  async start(): Promise<void> {
    this.#process = await LobbyProcess.start(...this.#args);
  }

  /** Kills it. */
  async stop(): Promise<void> {
    await this.#process?.end("SIGKILL");
    this.#process = null;
  }
}
