/** Runs something that takes a while, never twice at once; again, if it was asked for while it ran. */
export class OneAtATime {
  readonly #run: () => Promise<void>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isRunning = false;
  /** The pause that was asked for while it ran. */
  #againMs: number | null = null;

  /** `run` never rejects. */
  constructor(run: () => Promise<void>) {
    this.#run = run;
  }

  /** Runs after a pause, unless that is planned already. */
  soon(pauseMs: number): void {
    if (this.#isRunning) this.#againMs ??= pauseMs;
    else this.#timer ??= setTimeout(() => void this.#start(), pauseMs);
  }

  cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#againMs = null;
  }

  async #start(): Promise<void> {
    this.#timer = undefined;
    this.#isRunning = true;
    await this.#run();
    this.#isRunning = false;
    const againMs = this.#againMs;
    this.#againMs = null;
    if (againMs !== null) this.soon(againMs);
  }
}
