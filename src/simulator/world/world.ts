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
 *  - Promises are no part of this: who has some uses `stepAsync`, which lets them settle after the network has run and after
 *    each member's turn.
 */
import { shown } from "../../base/diagnostics.ts";
import { TickmeshError } from "../../base/tickmesh-error.ts";
import { isWhole } from "../../base/whole.ts";
import type { DeviceOptions } from "../network/device.ts";
import { VirtualNetwork } from "../network/virtual-network.ts";
import { VirtualSignalling } from "../network/virtual-signalling.ts";
import { applyOperation, type Stage } from "./apply-operation.ts";
import { Cast } from "./cast.ts";
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

export class World<Game extends MemberGame = MemberGame> {
  readonly network: VirtualNetwork;
  readonly signalling: VirtualSignalling;
  /** What this world was made with, but for its code. */
  readonly conditions: WorldConditions;
  readonly #cast: Cast<Game>;
  readonly #stage: Stage;
  readonly #ticksPerSecond: number;
  readonly #operations: RecordedOperation[] = [];
  #tick = 0;
  #fault: string | null = null;

  /** Throws a `TickmeshError` `invalid-options` that names what is out of range. */
  constructor(options: WorldOptions<Game> = {}) {
    const conditions = completeConditions(options);
    const { seed, ticksPerSecond, link = {}, signalling = {}, changes = [] } = conditions;
    this.conditions = conditions;
    this.#ticksPerSecond = ticksPerSecond;
    this.network = new VirtualNetwork({ seed, link: fromChange(link), changes: new Map(changes) });
    this.signalling = new VirtualSignalling(this.network, { line: fromChange(signalling) });
    this.#cast = new Cast(options, conditions, this.network, this.signalling);
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
    return { options: this.conditions, operations: [...this.#operations], ticks: this.#tick };
  }

  /** Lets one more watch. Best before anybody joins: the seam of a connection is watched only if somebody did when it was made. */
  watch(observer: WorldObserver): this {
    this.#cast.observers.push(observer);
    return this;
  }

  /** For observers: something is wrong. The first report counts: the step throws it. */
  report(fault: string): void {
    this.#fault ??= fault;
  }

  /** Adds a member. Throws a `TickmeshError`: `id-taken`, `invalid-options`. */
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

  /** Does an operation, and records it. False, and it is not recorded, if it does not apply. Throws `invalid-options`. */
  apply(operation: Operation): boolean {
    const { trace, schedule } = this.network;
    if (!applyOperation(operation, this.#stage)) return false;
    trace.note(schedule.nowUs, "operation", 0, 0, 0, JSON.stringify(operation));
    this.#operations.push({ tick: this.#tick, operation });
    return true;
  }

  /** Lets one tick pass. Throws a `SimulationError` `violation` if an observer reported one. */
  step(): void {
    this.#runNetwork();
    for (const member of this.#cast.list) {
      if (!hasTurn(member)) continue;
      member.turn(this.#tick);
    }
    this.#finish();
  }

  /** As `step`; promises settle after the network has run, and after each member's turn. */
  async stepAsync(): Promise<void> {
    this.#runNetwork();
    await settled();
    for (const member of this.#cast.list) {
      if (!hasTurn(member)) continue;
      member.turn(this.#tick);
      await settled();
    }
    this.#finish();
  }

  run(ticks: number): void {
    for (let left = ticks; left > 0; left--) this.step();
  }

  /** Steps until the condition holds. Throws a `SimulationError` `not-reached` if it does not within so many ticks. */
  runUntil(condition: () => boolean, { withinTicks }: { readonly withinTicks: number }): void {
    if (!isWhole(withinTicks, 0, Number.MAX_SAFE_INTEGER)) {
      throw new TickmeshError("invalid-options", `withinTicks ${shown(withinTicks)} is no whole number from 0 on`);
    }
    for (let left = withinTicks; !condition(); left--) {
      if (left === 0) throw this.#failure("not-reached", `the condition did not hold within ${withinTicks} ticks`);
      this.step();
    }
  }

  #runNetwork(): void {
    for (const observer of this.#cast.observers) observer.stepping?.();
    this.#tick += 1;
    this.network.advanceTo(Math.floor((this.#tick * 1_000_000) / this.#ticksPerSecond));
  }

  #finish(): void {
    for (const observer of this.#cast.observers) observer.stepped?.();
    if (this.#fault !== null) throw this.#failure("violation", this.#fault);
  }

  #failure(code: SimulationFailure, fault: string): SimulationError {
    return new SimulationError(code, fault, this.recording, this.hash, this.network.trace.latest);
  }

  #applyTo(operation: Operation & { readonly peer: number }): void {
    this.member(operation.peer);
    this.apply(operation);
  }
}

function hasTurn({ device, state }: Member): boolean {
  return (state === "present" || state === "kicked") && !device.isStalled;
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < PROMISE_TURNS; turn++) await Promise.resolve();
}
