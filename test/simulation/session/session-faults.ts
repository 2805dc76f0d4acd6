import { OutgoingCalls } from "../../../src/session/calls/outgoing-calls.ts";
import { Assembly } from "../../../src/session/incoming/assembly.ts";
import { Intake } from "../../../src/session/incoming/intake.ts";
import { PartSets } from "../../../src/session/incoming/part-sets.ts";
import { LaneQueue } from "../../../src/session/outgoing/lane-queue.ts";
import { ReliableSender } from "../../../src/session/outgoing/reliable-sender.ts";
import { Session } from "../../../src/session/session.ts";
import type { Fault } from "../faults.ts";
import { SessionGame } from "./session-game.ts";

/** How often a thing has to happen before it goes wrong: so that more than the first of its kind is looked at. */
const NTH = 3;

/** True the `NTH` time it is asked, and never again. */
function nth(): () => boolean {
  let times = 0;
  return () => {
    times += 1;
    return times === NTH;
  };
}

/** Puts another method in place of a class's for one run. `make` is given the one that was there. */
export function method<Owner extends object, Name extends keyof Owner>(
  prototype: Owner,
  name: Name,
  make: (original: Owner[Name]) => Owner[Name],
): () => Fault {
  return () => {
    const original = prototype[name];
    prototype[name] = make(original);
    return {
      parts: {},
      remove: () => {
        prototype[name] = original;
      },
    };
  };
}

interface Emit {
  emit(name: string, ...args: unknown[]): void;
}
const emitter = Session.prototype as unknown as Emit;

export const SESSION_FAULTS: Readonly<Record<string, () => Fault>> = {
  "a part doubled": method(Assembly.prototype, "add", (add) => {
    const isIt = nth();
    return function (this: Assembly, part) {
      return add.call(this, part) && (!isIt() || this.isComplete || add.call(this, part));
    };
  }),

  "a message lost at a frame's border": method(LaneQueue.prototype, "take", (take) => {
    const isIt = nth();
    return function (this: LaneQueue, frame, at, end) {
      const next = take.call(this, frame, at, end);
      if (next > at && this.waitingBytes > 0 && isIt()) take.call(this, new Uint8Array(4_200), 0, 4_200);
      return next;
    };
  }),

  "two messages of a lane swapped": method(LaneQueue.prototype, "put", (put) => {
    const isIt = nth();
    let held: (() => void) | null = null;
    let holder: LaneQueue | null = null;
    return function (this: LaneQueue, type, from, start, end) {
      if (isIt()) {
        const copy = from.slice(start, end);
        holder = this;
        held = () => put.call(this, type, copy, 0, copy.length);
        return;
      }
      put.call(this, type, from, start, end);
      if (holder !== this) return;
      held?.();
      holder = null;
    };
  }),

  "what is large goes into another lane": method(ReliableSender.prototype, "putLarge", (putLarge) => {
    const isIt = nth();
    return function (this: ReliableSender, lane, type, message) {
      return putLarge.call(this, isIt() ? 0 : lane, type, message);
    };
  }),

  "what is stale is heard": method(Intake.prototype, "isInOrder", () => () => true),

  "an unreliable message that is not whole": method(PartSets.prototype, "add", (add) => {
    const isIt = nth();
    return function (this: PartSets, ...args) {
      const whole = add.call(this, ...args);
      return whole instanceof Uint8Array && isIt() ? whole.subarray(1) : whole;
    };
  }),

  "credit that is never given back": method(ReliableSender.prototype, "acknowledge", () => () => true),

  "a goodbye that cuts off what was sent before it": method(
    ReliableSender.prototype,
    "finish",
    (finish) =>
      function (this: ReliableSender, words) {
        finish.call(this, words, false);
      },
  ),

  "a call settled twice": method(OutgoingCalls.prototype, "add", (add) => {
    const isIt = nth();
    return function (this: OutgoingCalls, entry, peerId, onResult, ...rest) {
      const isThis = isIt();
      const twice: typeof onResult = (error, answer) => {
        onResult(error, answer);
        if (isThis) onResult(error, answer);
      };
      add.call(this, entry, peerId, twice, ...rest);
    };
  }),

  "an event outside of poll": method(Session.prototype, "flush", (flush) => {
    const isIt = nth();
    return function (this: Session) {
      flush.call(this);
      const [first] = this.peers;
      if (first !== undefined && isIt()) (this as unknown as Emit).emit("peerLeft", first, "left", "");
    };
  }),

  "a peer that came without a word": method(emitter, "emit", (emit) => {
    const isIt = nth();
    return function (this: Emit, name, ...args) {
      if (name !== "peerJoined" || !isIt()) emit.call(this, name, ...args);
    };
  }),

  "a peer that leaves twice": method(emitter, "emit", (emit) => {
    const isIt = nth();
    return function (this: Emit, name, ...args) {
      emit.call(this, name, ...args);
      if (name === "peerLeft" && isIt()) emit.call(this, name, ...args);
    };
  }),

  "a bound ignored": () => ({
    parts: { game: (member) => new SessionGame(member, { sendBufferBytes: 1_048_576 }) },
  }),
};
