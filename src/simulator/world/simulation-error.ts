import { TickmeshError } from "../../base/tickmesh-error.ts";
import type { TraceEvent } from "../network/trace.ts";
import type { Recording } from "./recording.ts";

/** What is shown of the events before a failure. */
const SHOWN_EVENTS = 40;

/**
 * `violation`: an observer reported one. `not-reached`: a condition was not met in time. `game-threw`: a game, a handler, an
 * observer or a condition threw something, which is the error's `cause`.
 */
export type SimulationFailure = "violation" | "not-reached" | "game-threw";

/** A run that did not go as it should, with all that is needed to make it happen again. */
export class SimulationError extends TickmeshError<SimulationFailure> {
  // Behind getters, so that printing the error shows its message, and not all of this beside it.
  readonly #fault: string;
  readonly #recording: Recording;
  readonly #hash: string;
  readonly #latest: readonly TraceEvent[];

  constructor(
    code: SimulationFailure,
    fault: string,
    recording: Recording,
    hash: string,
    latest: readonly TraceEvent[],
    errorOptions?: ErrorOptions,
  ) {
    const { options, operations, ticks } = recording;
    const lines = [
      fault,
      `seed ${options.seed}, tick ${ticks}, ${operations.length} operations, trace ${hash}`,
      `options: ${JSON.stringify(options)}`,
      "last events:",
      ...latest.slice(-SHOWN_EVENTS).map(describeEvent),
    ];
    super(code, lines.join("\n"), errorOptions);
    this.#fault = fault;
    this.#recording = recording;
    this.#hash = hash;
    this.#latest = latest;
  }

  /** What went wrong, without the rest. */
  get fault(): string {
    return this.#fault;
  }

  /** The run up to here: `replay` makes it again. */
  get recording(): Recording {
    return this.#recording;
  }

  /** The trace's. */
  get hash(): string {
    return this.#hash;
  }

  /** The last events of the trace. */
  get latest(): readonly TraceEvent[] {
    return this.#latest;
  }
}

/** One line for one event: when, what, who, whom, which. */
export function describeEvent({ timeUs, kind, peer, other, value, words }: TraceEvent): string {
  const who = other === 0 ? String(peer) : `${peer} > ${other}`;
  return `${(timeUs / 1_000_000).toFixed(6).padStart(12)} s  ${kind}  ${who}  ${value}  ${words}`.trimEnd();
}
