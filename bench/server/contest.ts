import { type Comparison, compareRates, type Details } from "../result.ts";
import { inRotation } from "../rounds.ts";
import { Generator } from "./generator.ts";
import type { Answer, Done, Job } from "./job.ts";
import { Served, type Side } from "./served.ts";

/** What takes its turn in a round: the others twice each, so that what differs between their two turns is noise. */
const TURNS = ["tickmesh", "Colyseus", "Colyseus again", "PeerJS", "PeerJS again"] as const;
export type Turn = (typeof TURNS)[number];
export type Measured = Record<Turn, number[]>;

/** A job done, and the processor time that it took the server. */
export interface Measure extends Answer {
  readonly cpuMs: number;
}

/** The three servers, each with a process that makes load for it: one of them at work at a time. */
export class Contest {
  readonly #served: Record<Side, Served>;
  readonly #generators: Record<Side, Generator>;

  static async begin(): Promise<Contest> {
    const tickmesh = await Served.start("tickmesh");
    const Colyseus = await Served.start("Colyseus");
    const PeerJS = await Served.start("PeerJS");
    return new Contest({ tickmesh, Colyseus, PeerJS });
  }

  private constructor(served: Record<Side, Served>) {
    this.#served = served;
    this.#generators = { tickmesh: Generator.start(), Colyseus: Generator.start(), PeerJS: Generator.start() };
  }

  ports(side: Side): readonly number[] {
    return [this.#served[side].port];
  }

  async do(side: Side, job: Job): Promise<Measure> {
    const served = this.#served[side];
    const before = await served.look();
    const done = await this.#generators[side].do(job);
    const after = await served.look();
    return { ...done, cpuMs: after.cpuMs - before.cpuMs };
  }

  /** Each side once before the rounds: code that was never run yet is slow. */
  async rounds<Result>(
    rounds: number,
    measure: (side: Side) => Promise<Result>,
    turns: readonly Turn[] = TURNS,
  ): Promise<Record<Turn, Result[]>> {
    for (const side of new Set(turns.map(sideOf))) await measure(side);
    return inRotation(rounds, turns, (turn) => measure(sideOf(turn)));
  }

  async end(): Promise<void> {
    const all = [...Object.values(this.#served), ...Object.values(this.#generators)];
    await Promise.all(all.map((child) => child.end()));
  }
}

export function sideOf(turn: Turn): Side {
  return turn.replace(" again", "") as Side;
}

/** One figure of each measure. */
export function each<Result>(of: Record<Turn, Result[]>, figure: (result: Result) => number): Measured {
  return Object.fromEntries(TURNS.map((turn) => [turn, (of[turn] ?? []).map(figure)])) as unknown as Measured;
}

export const perSecond = ({ count, ms }: Done): number => (count / ms) * 1_000;
/** Unit: µs. */
export const cpuEach = ({ count, cpuMs }: Measure): number => (cpuMs / count) * 1_000;

/** Ours beside a bare Colyseus room, and beside PeerJS' server. */
export function besideBoth(
  name: string,
  unit: string,
  measured: Measured,
  targets: { readonly Colyseus?: Target; readonly PeerJS?: Target } = {},
  details?: Details,
): Comparison[] {
  return (["Colyseus", "PeerJS"] as const).map((rival) =>
    beside(name, unit, measured, rival, { ...targets[rival], ...(details !== undefined && { details }) }),
  );
}

interface Target {
  readonly reaches?: number;
  readonly atMost?: number;
}

export function beside(
  name: string,
  unit: string,
  measured: Measured,
  rival: "Colyseus" | "PeerJS",
  options: Target & { readonly details?: Details } = {},
): Comparison {
  const turns = { ours: measured.tickmesh, raw: measured[rival], again: measured[`${rival} again`] };
  return compareRates(`server: ${name}, tickmesh to ${rival}`, unit, turns, options);
}
