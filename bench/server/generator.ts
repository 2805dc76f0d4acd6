import { Child } from "./child.ts";
import type { Answer, Job } from "./job.ts";

/** A process that makes load. */
export class Generator extends Child {
  static start(): Generator {
    return new Generator(new URL("load-process.ts", import.meta.url), []);
  }

  do(job: Job): Promise<Answer> {
    return this.ask(job) as Promise<Answer>;
  }
}
