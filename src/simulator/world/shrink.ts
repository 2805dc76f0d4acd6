import { TickmeshError } from "../../base/tickmesh-error.ts";
import { faultOfWhole } from "../../base/whole.ts";
import { checkRecording } from "./check-recording.ts";
import type { Operation } from "./operation.ts";
import type { RecordedOperation, Recording } from "./recording.ts";

export interface ShrinkOptions {
  /** How often `fails` may be asked: a whole number from 1 on. Default 1,000. */
  readonly maxRuns?: number;
}

const MAX_RUNS = 1_000;

/**
 * Makes the run, and says whether it fails: in words, as `SimulationError.fault` has them, or just that it does. Always the same answer
 * to the same recording.
 */
export type FailsWith = (recording: Recording) => string | boolean | null;

/**
 * Makes a recording that fails shorter: fewer members, fewer operations, fewer ticks, for as long as it still fails; if `fails`
 * says so in words, for as long as it fails in the same words, whatever numbers stand in them. `fails` is asked a bounded number of
 * times.
 *
 * What is left is not the least there is, but, if that number was enough, none of its operations can be left out by itself.
 *
 * Throws a `TickmeshError`: `does-not-fail` if the recording does not fail to begin with, `invalid-options`.
 */
export function shrink(recording: Recording, fails: FailsWith, { maxRuns = MAX_RUNS }: ShrinkOptions = {}): Recording {
  checkRecording(recording);
  const fault = faultOfWhole("maxRuns", maxRuns, 1, Number.MAX_SAFE_INTEGER);
  if (fault !== null) throw new TickmeshError("invalid-options", `shrink: ${fault}`);
  const kind = kindOf(fails(recording));
  if (kind === null) throw new TickmeshError("does-not-fail", "shrink: the recording does not fail to begin with");
  return new Shrinking(recording, (shorter) => kindOf(fails(shorter)) === kind, maxRuns - 1).result();
}

/** What failures of one kind have in common; `null` for none. */
function kindOf(fault: string | boolean | null): string | null {
  if (typeof fault === "string") return `words: ${fault.replaceAll(/\d+/g, "0")}`;
  return fault === true ? "fails" : null;
}

class Shrinking {
  #best: Recording;
  readonly #fails: (recording: Recording) => boolean;
  #runsLeft: number;

  constructor(recording: Recording, fails: (recording: Recording) => boolean, maxRuns: number) {
    this.#best = recording;
    this.#fails = fails;
    this.#runsLeft = maxRuns;
  }

  result(): Recording {
    for (let before = Number.POSITIVE_INFINITY; weight(this.#best) < before && this.#runsLeft > 0; ) {
      before = weight(this.#best);
      this.#withFewerPeers();
      this.#withFewerOperations();
      this.#withFewerTicks();
    }
    return this.#best;
  }

  #withFewerPeers(): void {
    const peers = new Set(this.#best.operations.flatMap(({ operation }) => peersOf(operation)));
    for (const peer of [...peers].reverse()) {
      this.#tryOperations(this.#best.operations.filter(({ operation }) => !peersOf(operation).includes(peer)));
    }
  }

  /** Delta debugging: leaves out ever smaller parts, down to single operations. */
  #withFewerOperations(): void {
    for (let size = Math.max(1, this.#best.operations.length >> 1); size >= 1; size >>= 1) {
      for (let from = this.#best.operations.length - size; from > -size; ) {
        const { operations } = this.#best;
        const start = Math.max(0, from);
        this.#tryOperations([...operations.slice(0, start), ...operations.slice(from + size)]);
        from = Math.min(from, this.#best.operations.length) - size;
      }
    }
  }

  /** Ends earlier, then waits less before each operation. */
  #withFewerTicks(): void {
    for (let cut = this.#best.ticks >> 1; cut >= 1; cut >>= 1) {
      const ticks = this.#best.ticks - cut;
      if (ticks >= (this.#best.operations.at(-1)?.tick ?? 0)) this.#try({ ...this.#best, ticks });
    }
    for (let index = 0; index < this.#best.operations.length; index++) {
      const { operations, ticks } = this.#best;
      const pause = (operations[index]?.tick ?? 0) - (operations[index - 1]?.tick ?? 0);
      for (const cut of [pause, pause >> 1]) {
        if (cut === 0) break;
        const earlier = operations.map((each, at) => (at < index ? each : { ...each, tick: each.tick - cut }));
        if (this.#try({ ...this.#best, operations: earlier, ticks: ticks - cut })) break;
      }
    }
  }

  #tryOperations(operations: readonly RecordedOperation[]): void {
    if (operations.length < this.#best.operations.length) this.#try({ ...this.#best, operations });
  }

  #try(recording: Recording): boolean {
    if (this.#runsLeft === 0) return false;
    this.#runsLeft -= 1;
    if (!this.#fails(recording)) return false;
    this.#best = recording;
    return true;
  }
}

function weight({ operations, ticks }: Recording): number {
  return operations.length * 1_000_000 + ticks;
}

/** The members that an operation is about; others that it names do not count. */
function peersOf(operation: Operation): readonly number[] {
  if ("peer" in operation) return [operation.peer];
  return operation.kind === "reach" ? [operation.one, operation.other] : [];
}
