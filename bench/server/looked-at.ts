import { memoryUsage } from "node:process";

/** What a server's process has used so far. */
export interface Look {
  /** Processor time, of all its threads. Unit: ms. */
  readonly cpuMs: number;
  /** After garbage was collected. Unit: bytes. */
  readonly rssBytes: number;
  readonly heapBytes: number;
}

/** What a parent may ask of a server's process. */
export type Question = "cpu" | "memory";

/** Tells the process that forked this one the port, and from then on what it asks for, until that lets go. */
export function answerParent(port: number): void {
  process.on("message", (question: Question) => {
    // This kind gives back what V8 has kept to make new things in: that has grown with what was thrown away, and not with who is there.
    if (question === "memory") globalThis.gc?.({ type: "major", execution: "sync", flavor: "last-resort" });
    const { user, system } = process.cpuUsage();
    const { rss, heapUsed, external } = memoryUsage();
    const look: Look = { cpuMs: (user + system) / 1_000, rssBytes: rss, heapBytes: heapUsed + external };
    process.send?.(look);
  });
  process.on("disconnect", () => process.exit());
  process.send?.(port);
}
