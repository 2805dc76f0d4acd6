import type { BenchPage } from "./bench-page.ts";
import type { Result } from "./result.ts";

export interface BenchContext extends Pick<BenchPage, "page" | "tools"> {
  readonly rounds: number;
}

/** One question, and how it is answered. */
export interface Benchmark {
  readonly name: string;
  run(context: BenchContext): Promise<readonly Result[]>;
}
