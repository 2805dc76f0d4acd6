/**
 * A world: players on a virtual network, each with a mesh of its own, in virtual time. For tests of netcode, ours and anybody's.
 *
 * Each member is a device of the network with a `WebRTCMultiplayerPeer` in mesh mode, a connector that listens to a virtual
 * signalling server, and a game. Everything above the network is what runs in a browser; only what moves the bytes is not.
 *
 *  - Time passes in `step` and nowhere else, one tick at a time: the network runs up to the tick's moment, then each
 *    member, in order of id, polls and has its game's `tick` called. Tick n is at ⌊n × 1,000,000 / ticksPerSecond⌋ µs. A member whose
 *    device is stalled has no turn; one that has left or crashed never again.
 *  - What is done to a world between ticks is an operation. It is done by `apply`, or by a method that does so, and stands in the
 *    `recording`: seed, options, operations and number of ticks, plain data. With the same game that gives the same run
 *    again, to the byte, in every engine: `replay`. What a test does behind the world's back, to a peer or to the network, is
 *    no operation, and not recorded.
 *  - Every event stands in one trace, in one order: packets sent, lost and delivered, operations, who connected to whom, what
 *    games received. Its `hash` tells runs apart.
 *  - Who watches (`watch`) sees all of it, and says by `report` what is wrong; the step then throws a `SimulationError`, which
 *    carries the recording and the last events.
 *  - A step, and an operation, is done before the next begins: `apply`, `step`, `run` and their like throw `wrong-state` when they are
 *    called within one, from a game's `tick`, a handler or an observer. The recording would not tell when in the step that was.
 *  - What a game, a handler or an observer throws keeps nobody else from their turn. The step, once it is done, throws it as a
 *    `SimulationError` `game-threw`, with what was thrown as `cause`; so does an operation, and `runUntil` for its condition.
 *    A run that has failed stays failed: every later step throws the same again.
 *  - Promises are no part of this: who has some uses `stepAsync`, which lets them settle after the network has run and after
 *    each member's turn.
 */
import { reasonOf, shown } from "../../base/diagnostics.ts";
import { TickmeshError } from "../../base/tickmesh-error.ts";
import { isWhole } from "../../base/whole.ts";
import type { DeviceOptions } from "../network/device.ts";
import { VirtualNetwork } from "../network/virtual-network.ts";
import { VirtualSignalling } from "../network/virtual-signalling.ts";
import { applyOperation, type Stage } from "./apply-operation.ts";
import { Cast } from "./cast.ts";
import { checkOperation } from "./check-operation.ts";
import type { Member } from "./member.ts";
import type { MemberGame } from "./member-game.ts";
import { isMeshed } from "./meshed.ts";
import type { LinkChoiceData, Operation } from "./operation.ts";
import type { RecordedOperation, Recording } from "./recording.ts";
import { SimulationError, type SimulationFailure } from "./simulation-error.ts";
import type { WorldObserver } from "./world-observer.ts";
import {
  completeConditions,
  fromChange,
  type LinkChange,
  toChange,
  type WorldConditions,
  type WorldOptions,
} from "./world-options.ts";

/** How many links of a chain of promises `stepAsync` waits for. */
const PROMISE_TURNS = 64;

/** What is wrong with a run. */
interface Fault {
  readonly code: SimulationFailure;
  readonly words: string;
  readonly cause?: unknown;
}

export class World<Game extends MemberGame = MemberGame> {
  readonly network: VirtualNetwork;
  readonly signalling: VirtualSignalling;
  /** What this world was made with, but for its code. */
  readonly conditions: WorldConditions;
  readonly #cast: Cast<Game>;
  readonly #stage: Stage;
  readonly #ticksPerSecond: number;
  readonly #operations: RecordedOperation[] = [];
  readonly #hasGame: boolean;
  #tick = 0;
  /** What is being done: nothing else may begin meanwhile. */
  #doing: string | null = null;
  #fault: Fault | null = null;

  /** Throws a `TickmeshError` `invalid-options` that names what is out of range. */
  constructor(options: WorldOptions<Game> = {}) {
    const conditions = completeConditions(options);
    const { seed, ticksPerSecond, link = {}, signalling = {}, changes = [] } = conditions;
    this.conditions = conditions;
    this.#ticksPerSecond = ticksPerSecond;
    this.network = new VirtualNetwork({ seed, link: fromChange(link), changes: new Map(changes) });
    this.signalling = new VirtualSignalling(this.network, { line: fromChange(signalling) });
    this.#hasGame = options.game !== undefined;
    const onThrow = (who: string, error: unknown): void => this.#noteThrown(who, error);
    this.#cast = new Cast(options, conditions, this.network, this.signalling, onThrow);
    // Operations do not look at games.
    const cast = this.#cast as unknown as Cast<MemberGame>;
    this.#stage = { network: this.network, signalling: this.signalling, conditions, cast, sends: 0 };
  }

  /** Ticks that have passed. */
  get tick(): number {
    return this.#tick;
  }

  /** Virtual time since the start. Unit: ms. */
  get nowMs(): number {
    return this.network.nowMs;
  }

  /** The trace's: 16 hexadecimal digits. */
  get hash(): string {
    return this.network.trace.hash;
  }

  /** Everybody who has not left or crashed, by id. */
  get members(): readonly Member<Game>[] {
    return this.#cast.list;
  }

  /** Throws a `TickmeshError` `unknown-member`. */
  member(id: number): Member<Game> {
    const member = this.#cast.find(id);
    if (member === undefined) throw new TickmeshError("unknown-member", `there is no member ${shown(id)}`);
    return member;
  }

  /** Whether every present member is connected to every other, and to nobody else. */
  get isMeshed(): boolean {
    return isMeshed(this.#cast.list);
  }

  /** The run so far. */
  get recording(): Recording {
    const hasGame = this.#hasGame && { hasGame: true };
    return { options: this.conditions, operations: [...this.#operations], ticks: this.#tick, ...hasGame };
  }

  /** Lets one more watch. Best before anybody joins: the seam of a connection is watched only if somebody did when it was made. */
  watch(observer: WorldObserver): this {
    this.#cast.observers.push(observer);
    return this;
  }

  /** For observers: something is wrong. The first report counts: the step throws it. */
  report(fault: string): void {
    this.#fault ??= { code: "violation", words: fault };
  }

  /**
   * Adds a member. Who was kicked under that id is replaced: its page closes. Throws a `TickmeshError`: `id-taken`,
   * `invalid-options`, `wrong-state`, and what `apply` throws.
   */
  join(id: number, options: DeviceOptions = {}): Member<Game> {
    const isNew = this.apply({ kind: "join", peer: id, ...options });
    if (!isNew) throw new TickmeshError("id-taken", `there is a member ${shown(id)} already`);
    return this.member(id);
  }

  /** The member closes its mesh and says goodbye. What it sent before still arrives. Throws `unknown-member`, as do the next three. */
  leave(id: number): void {
    this.#applyTo({ kind: "leave", peer: id });
  }

  /** The member is gone without a word. */
  crash(id: number): void {
    this.#applyTo({ kind: "crash", peer: id });
  }

  /** The lobby's host removes it. */
  kick(id: number): void {
    this.#applyTo({ kind: "kick", peer: id });
  }

  /** The member's main thread stands still: a slow frame, a hidden tab. Unit: ms from now. */
  stall(id: number, ms: number): void {
    this.#applyTo({ kind: "stall", peer: id, ms });
  }

  /** Changes links, from now on: all of them, or those meant. What is not named stays as it is. */
  setLink(conditions: LinkChange, which: LinkChoiceData = {}): void {
    this.apply({ kind: "link", conditions: toChange(conditions), which });
  }

  /** Parts members into groups between which nothing passes; `oneWay`: from those that come first to those that come later. */
  partition(groups: readonly (readonly number[])[], { oneWay = false } = {}): void {
    this.apply({ kind: "partition", groups, oneWay });
  }

  /** Makes everything well again: links as the options have them, every pair able to meet, the signalling server there for all. */
  heal(): void {
    this.apply({ kind: "heal" });
  }

  /**
   * Does an operation, and records it. False, and it is not recorded, if it does not apply. Throws a `TickmeshError`: `invalid-options`;
   * `wrong-state` within a step or another operation. Throws a `SimulationError` `game-threw` if a game or a handler threw.
   */
  apply(operation: Operation): boolean {
    checkOperation(operation);
    const before = this.#fault;
    this.#begin(`apply (${operation.kind})`);
    try {
      if (!this.#attempt(operation)) return false;
    } finally {
      this.#doing = null;
    }
    const { trace, schedule } = this.network;
    trace.note(schedule.nowUs, "operation", 0, 0, 0, JSON.stringify(operation));
    this.#operations.push({ tick: this.#tick, operation });
    if (this.#fault !== before && this.#fault?.code === "game-threw") throw this.#failure(this.#fault);
    return true;
  }

  /**
   * Lets one tick pass. Throws a `SimulationError`, once the tick is over: `violation` if an observer reported one, `game-threw` if a
   * game, a handler or an observer threw. Throws a `TickmeshError` `wrong-state` within a step or an operation.
   */
  step(): void {
    this.#begin("step");
    try {
      this.#runNetwork();
      for (const member of this.#cast.list) if (hasTurn(member)) member.turn(this.#tick);
      this.#cast.tell((observer) => observer.stepped?.());
    } finally {
      this.#doing = null;
    }
    if (this.#fault !== null) throw this.#failure(this.#fault);
  }

  /** As `step`; promises settle after the network has run, and after each member's turn. */
  async stepAsync(): Promise<void> {
    this.#begin("stepAsync");
    try {
      this.#runNetwork();
      await settled();
      for (const member of this.#cast.list) {
        if (!hasTurn(member)) continue;
        member.turn(this.#tick);
        await settled();
      }
      this.#cast.tell((observer) => observer.stepped?.());
    } finally {
      this.#doing = null;
    }
    if (this.#fault !== null) throw this.#failure(this.#fault);
  }

  /** Steps so often: a whole number. */
  run(ticks: number): void {
    checkTicks("ticks", ticks);
    this.#requireIdle("run");
    for (let left = ticks; left > 0; left--) this.step();
  }

  /**
   * Steps until the condition holds. Throws a `SimulationError`: `not-reached` if it does not within so many ticks, `game-threw` if the
   * condition throws.
   */
  runUntil(condition: () => boolean, { withinTicks }: { readonly withinTicks: number }): void {
    checkTicks("withinTicks", withinTicks);
    this.#requireIdle("runUntil");
    for (let left = withinTicks; !this.#holds(condition); left--) {
      if (left === 0) {
        const words = `the condition did not hold within ${withinTicks} ticks`;
        throw this.#failure({ code: "not-reached", words });
      }
      this.step();
    }
  }

  #begin(what: string): void {
    this.#requireIdle(what);
    this.#doing = what;
  }

  #requireIdle(what: string): void {
    if (this.#doing === null) return;
    throw new TickmeshError(
      "wrong-state",
      `${what} was called within ${this.#doing}: one is over before the next begins`,
    );
  }

  /** What throws meanwhile has been done all the same, and is recorded: the run ends there. */
  #attempt(operation: Operation): boolean {
    try {
      return applyOperation(operation, this.#stage);
    } catch (error) {
      if (error instanceof TickmeshError && error.code === "invalid-options") throw error;
      this.#noteThrown(`the operation ${operation.kind}`, error);
      return true;
    }
  }

  #holds(condition: () => boolean): boolean {
    try {
      return condition();
    } catch (error) {
      if (error instanceof SimulationError) throw error;
      throw this.#failure({ code: "game-threw", words: `the condition threw: ${reasonOf(error)}`, cause: error });
    }
  }

  #runNetwork(): void {
    this.#cast.tell((observer) => observer.stepping?.());
    this.#tick += 1;
    try {
      this.network.advanceTo(Math.floor((this.#tick * 1_000_000) / this.#ticksPerSecond));
    } catch (error) {
      this.#noteThrown("what the network called", error);
    }
  }

  #noteThrown(who: string, error: unknown): void {
    this.#fault ??= { code: "game-threw", words: `${who} threw: ${reasonOf(error)}`, cause: error };
  }

  #failure({ code, words, cause }: Fault): SimulationError {
    const options = cause === undefined ? undefined : { cause };
    return new SimulationError(code, words, this.recording, this.hash, this.network.trace.latest, options);
  }

  #applyTo(operation: Operation & { readonly peer: number }): void {
    this.member(operation.peer);
    this.apply(operation);
  }
}

function checkTicks(name: string, ticks: unknown): void {
  if (isWhole(ticks, 0, Number.MAX_SAFE_INTEGER)) return;
  throw new TickmeshError("invalid-options", `${name} ${shown(ticks)} is no whole number from 0 on`);
}

function hasTurn({ device, state }: Member): boolean {
  return (state === "present" || state === "kicked") && !device.isStalled;
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < PROMISE_TURNS; turn++) await Promise.resolve();
}
