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
import { shown } from "../../base/diagnostics.ts";
import { TickmeshError } from "../../base/tickmesh-error.ts";
import { isWhole } from "../../base/whole.ts";
import type { DeviceOptions } from "../network/device.ts";
import { SimulatedNetwork } from "../network/simulated-network.ts";
import type { VirtualNetwork } from "../network/virtual-network.ts";
import { VirtualSignalling } from "../network/virtual-signalling.ts";
import { applyOperation, type Stage } from "./apply-operation.ts";
import { Cast } from "./cast.ts";
import { checkOperation } from "./check-operation.ts";
import type { Member } from "./member.ts";
import type { MemberGame } from "./member-game.ts";
import { isMeshed } from "./meshed.ts";
import { idsOf, type LinkChoiceData, type Operation } from "./operation.ts";
import type { RecordedOperation, Recording } from "./recording.ts";
import { SimulationError } from "./simulation-error.ts";
import { Ticks } from "./ticks.ts";
import { Turnstile } from "./turnstile.ts";
import { type Fault, faultOfThrown, Verdict } from "./verdict.ts";
import type { WorldObserver } from "./world-observer.ts";
import {
  completeConditions,
  fromChange,
  type LinkChange,
  toChange,
  type WorldConditions,
  type WorldOptions,
} from "./world-options.ts";

export class World<Game extends MemberGame = MemberGame> {
  readonly network: VirtualNetwork;
  readonly signalling: VirtualSignalling;
  /** What this world was made with, but for its code. */
  readonly conditions: WorldConditions;
  readonly #network: SimulatedNetwork;
  readonly #cast: Cast<Game>;
  readonly #stage: Stage;
  readonly #operations: RecordedOperation[] = [];
  readonly #hasGame: boolean;
  readonly #turnstile = new Turnstile();
  readonly #verdict = new Verdict();
  readonly #ticks: Ticks<Game>;

  /** Throws a `TickmeshError` `invalid-options` that names what is out of range. */
  constructor(options: WorldOptions<Game> = {}) {
    const conditions = completeConditions(options);
    const { seed, ticksPerSecond, link = {}, signalling = {}, changes = [] } = conditions;
    this.conditions = conditions;
    this.#network = new SimulatedNetwork({ seed, link: fromChange(link), changes: new Map(changes) });
    this.network = this.#network;
    this.signalling = new VirtualSignalling(this.network, { line: fromChange(signalling) });
    this.#hasGame = options.game !== undefined;
    const onThrow = (who: string, error: unknown): void => this.#verdict.threw(who, error);
    this.#cast = new Cast(options, conditions, this.#network, this.signalling, onThrow);
    this.#ticks = new Ticks(ticksPerSecond, this.#network, this.#cast, this.#verdict);
    // Operations do not look at games.
    const cast = this.#cast as unknown as Cast<MemberGame>;
    this.#stage = { network: this.network, signalling: this.signalling, conditions, cast, sends: 0 };
  }

  /** Ticks that have passed. */
  get tick(): number {
    return this.#ticks.count;
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
    return { options: this.conditions, operations: [...this.#operations], ticks: this.#ticks.count, ...hasGame };
  }

  /** Lets one more watch. Best before anybody joins: the seam of a connection is watched only if somebody did when it was made. */
  watch(observer: WorldObserver): this {
    this.#cast.observers.push(observer);
    return this;
  }

  /** For observers: something is wrong. The first report counts: the step throws it. */
  report(fault: string): void {
    this.#verdict.violation(fault);
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

  /**
   * Changes links, from now on: all of them, or those meant. What is not named stays as it is. Throws `unknown-member` for an id that
   * no member has or had.
   */
  setLink(conditions: LinkChange, which: LinkChoiceData = {}): void {
    if (this.apply({ kind: "link", conditions: toChange(conditions), which })) return;
    const unknown = idsOf(which).find((id) => !this.#cast.knows(id));
    throw new TickmeshError("unknown-member", `setLink: there is and was no member ${shown(unknown)}`);
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
    const { fault: before } = this.#verdict;
    this.#turnstile.begin(`apply (${operation.kind})`);
    try {
      if (!this.#attempt(operation)) return false;
    } finally {
      this.#turnstile.end();
    }
    const { trace, schedule } = this.#network;
    trace.note(schedule.nowUs, "operation", 0, 0, 0, JSON.stringify(operation));
    this.#operations.push({ tick: this.#ticks.count, operation });
    const { fault } = this.#verdict;
    if (fault !== before && fault?.code === "game-threw") throw this.#failure(fault);
    return true;
  }

  /**
   * Lets one tick pass. Throws a `SimulationError`, once the tick is over: `violation` if an observer reported one, `game-threw` if a
   * game, a handler or an observer threw. Throws a `TickmeshError` `wrong-state` within a step or an operation.
   */
  step(): void {
    this.#turnstile.begin("step");
    try {
      this.#ticks.pass();
    } finally {
      this.#turnstile.end();
    }
    this.#throwFault();
  }

  /** As `step`; promises settle after the network has run, and after each member's turn. */
  async stepAsync(): Promise<void> {
    this.#turnstile.begin("stepAsync");
    try {
      await this.#ticks.passAsync();
    } finally {
      this.#turnstile.end();
    }
    this.#throwFault();
  }

  /** Steps so often: a whole number. */
  run(ticks: number): void {
    checkTicks("ticks", ticks);
    this.#turnstile.requireIdle("run");
    for (let left = ticks; left > 0; left--) this.step();
  }

  /**
   * Steps until the condition holds. Throws a `SimulationError`: `not-reached` if it does not within so many ticks, `game-threw` if the
   * condition throws.
   */
  runUntil(condition: () => boolean, { withinTicks }: { readonly withinTicks: number }): void {
    checkTicks("withinTicks", withinTicks);
    this.#turnstile.requireIdle("runUntil");
    for (let left = withinTicks; !this.#holds(condition); left--) {
      if (left === 0) {
        const words = `the condition did not hold within ${withinTicks} ticks`;
        throw this.#failure({ code: "not-reached", words });
      }
      this.step();
    }
  }

  /** What throws meanwhile has been done all the same, and is recorded: the run ends there. */
  #attempt(operation: Operation): boolean {
    try {
      return applyOperation(operation, this.#stage);
    } catch (error) {
      if (error instanceof TickmeshError && error.code === "invalid-options") throw error;
      this.#verdict.threw(`the operation ${operation.kind}`, error);
      return true;
    }
  }

  #holds(condition: () => boolean): boolean {
    try {
      return condition();
    } catch (error) {
      if (error instanceof SimulationError) throw error;
      throw this.#failure(faultOfThrown("the condition", error));
    }
  }

  #throwFault(): void {
    const { fault } = this.#verdict;
    if (fault !== null) throw this.#failure(fault);
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
