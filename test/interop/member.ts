import type { SignallerEvent } from "../../src/signalling/signaller.ts";
import type { Happening, MeshAgent, Order, Word } from "./agent/mesh-agent.ts";

/** Calls an agent's method, wherever the agent runs. */
export type CallAgent = (method: keyof MeshAgent, args: readonly unknown[]) => Promise<unknown>;

/** What one side of the mesh runs on, and all that it told since it joined. */
export class Member {
  /** As it stands in titles: `"Firefox"`. */
  readonly name: string;
  /** In the mesh; 0 while it is in none. */
  id = 0;
  /** In order. */
  readonly happenings: Happening[] = [];
  /** Where its signals go. */
  onSignal: (word: Extract<Word, { kind: "signal" }>) => void = () => {};
  readonly #call: CallAgent;
  /** Calls go out one by one, so that none overtakes another. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(name: string, call: CallAgent) {
    this.name = name;
    this.#call = call;
  }

  readonly tell = (word: Word): void => {
    if (word.kind === "joined") this.happenings.length = 0;
    if (word.kind === "signal") this.onSignal(word);
    else this.happenings.push(word);
  };

  async join(id: number, channels: readonly (0 | 1 | 2)[]): Promise<void> {
    this.id = id;
    await this.#queue("join", id, channels);
  }

  async hear(event: SignallerEvent): Promise<void> {
    await this.#queue("hear", event);
  }

  /** Sends these, and leaves at once. */
  async leave(orders: readonly Order[]): Promise<void> {
    await this.#queue("leave", orders);
    this.id = 0;
  }

  /** Sends these; gives their error codes. */
  async put(orders: readonly Order[]): Promise<number[]> {
    return (await this.#queue("put", orders)) as number[];
  }

  async largestFor(other: Member): Promise<number> {
    return Number(await this.#queue("largest", other.id));
  }

  /** Ids of the peers that it takes for connected, ascending. */
  get connected(): number[] {
    const ids = new Set<number>();
    for (const happening of this.happenings) {
      if (happening.kind === "connected") ids.add(happening.id);
      if (happening.kind === "disconnected") ids.delete(happening.id);
    }
    return [...ids].sort((a, b) => a - b);
  }

  get packets(): Extract<Happening, { kind: "packet" }>[] {
    return this.happenings.filter((happening) => happening.kind === "packet");
  }

  /** What is expected never to happen. */
  get troubles(): string[] {
    return this.happenings.flatMap((happening) => (happening.kind === "trouble" ? [happening.words] : []));
  }

  /** Attempts that did not connect, and were followed by others. */
  get retries(): string[] {
    return this.happenings.flatMap((it) => (it.kind === "retry" ? [`${this.name} to ${it.id}: ${it.reason}`] : []));
  }

  /** What was wrong with its calls, in words. */
  get diagnoses(): string[] {
    return this.happenings.flatMap((happening) => (happening.kind === "diagnosis" ? [happening.words] : []));
  }

  #queue(method: keyof MeshAgent, ...args: readonly unknown[]): Promise<unknown> {
    const done = this.#last.then(() => this.#call(method, args));
    this.#last = done.catch(() => {});
    return done;
  }
}
