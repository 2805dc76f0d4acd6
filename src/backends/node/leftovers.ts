import { setTimeout } from "node:timers";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { COLLECT_AFTER_MS } from "./limits.ts";

/**
 * The binding keeps the process alive for each channel until it has told that this is closed. One that the far side closes in the
 * instant in which it is made is never told, and is let go of only with the next collection of garbage, which a process that waits for
 * nothing else does not begin by itself. So one is begun, some time after the last connection has ended, if the process still runs
 * then: nobody is playing, and nobody feels it.
 */
let open = 0;

export function connectionMade(): void {
  open += 1;
}

export function connectionEnded(): void {
  open -= 1;
  if (open > 0) return;
  for (const ms of COLLECT_AFTER_MS) {
    setTimeout(() => {
      if (open === 0) collectGarbage();
    }, ms).unref();
  }
}

function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
}
