import type { BenchPage } from "./bench-page.ts";
import type { Result } from "./result.ts";

export interface BenchContext extends Pick<BenchPage, "page" | "tools" | "openPage"> {
  readonly rounds: number;
  /** What takes minutes by its nature is cut short: to see that it runs. */
  readonly quick: boolean;
}

/** One question, and how it is answered. */
export interface Benchmark {
  readonly name: string;
  run(context: BenchContext): Promise<readonly Result[]>;
}
