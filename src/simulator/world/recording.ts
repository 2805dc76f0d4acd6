import type { Operation } from "./operation.ts";
import type { WorldConditions } from "./world-options.ts";

export interface RecordedOperation {
  /** How many ticks had passed when it was applied. */
  readonly tick: number;
  readonly operation: Operation;
}

/** A run as plain data: JSON can carry it. Together with the game it gives the same run again, to the byte. */
export interface Recording {
  readonly options: WorldConditions;
  /** In the order in which they were applied. */
  readonly operations: readonly RecordedOperation[];
  /** How many ticks passed. */
  readonly ticks: number;
  /** Set if the world had a game of its own: a replay then needs it too. */
  readonly hasGame?: boolean;
}
