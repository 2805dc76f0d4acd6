import type { Clock } from "../../src/base/clock.ts";
import { type RandomSource, seededRandom } from "../../src/base/random.ts";
import { SessionClock } from "../../src/session/clock/session-clock.ts";

/** A machine whose clock began somewhere and runs too fast or too slow. */
class LabMachine implements Clock {
  readonly #lab: ClockLab;
  readonly #driftRatio: number;
  #aheadMs: number;

  constructor(lab: ClockLab, { aheadMs = 0, driftRatio = 0 }: MachineOptions) {
    this.#lab = lab;
    this.#aheadMs = aheadMs;
    this.#driftRatio = driftRatio;
  }

  nowMs(): number {
    return this.#aheadMs + this.#lab.trueMs * (1 + this.#driftRatio);
  }

  /** Its clock stood still for so long, as those of some machines do while they sleep. */
  lose(ms: number): void {
    this.#aheadMs -= ms;
  }
}

interface MachineOptions {
  readonly aheadMs?: number;
  readonly driftRatio?: number;
}

/** One way each, unit: ms; between the two values, each as likely. */
export interface Ways {
  readonly thereMs: readonly [number, number];
  readonly backMs: readonly [number, number];
}

export interface LabMember {
  readonly machine: LabMachine;
  readonly clock: SessionClock;
}

/** Machines with clocks of their own, and pings between them, in a time that only this lab knows. */
export class ClockLab {
  trueMs = 5_000;
  readonly #random: RandomSource;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  member(options: MachineOptions = {}): LabMember {
    const machine = new LabMachine(this, options);
    return { machine, clock: new SessionClock({ clock: machine }) };
  }

  draw([from, to]: readonly [number, number]): number {
    return from + (this.#random.nextUint32() / 2 ** 32) * (to - from);
  }

  /** One ping to the host and back, while time passes; `false` if the clock did not take it. */
  ping(member: LabMember, host: LabMember, ways: Ways, holdMs = 0): boolean {
    const sentMs = member.machine.nowMs();
    this.trueMs += this.draw(ways.thereMs) + holdMs;
    const remoteMs = host.clock.nowMs();
    this.trueMs += this.draw(ways.backMs);
    const localMs = member.machine.nowMs();
    return member.clock.addSample({ localMs, remoteMs, roundTripMs: localMs - sentMs, holdMs });
  }

  /** Two pings a second for so long, with a look at the clock every 10 ms in between. */
  run(member: LabMember, host: LabMember, ways: Ways, forMs: number, look: () => void = () => {}): void {
    const endMs = this.trueMs + forMs;
    while (this.trueMs < endMs) {
      this.ping(member, host, ways);
      this.pass(500, look);
    }
  }

  pass(forMs: number, look: () => void = () => {}): void {
    const endMs = this.trueMs + forMs;
    while (this.trueMs < endMs) {
      this.trueMs = Math.min(endMs, this.trueMs + 10);
      look();
    }
  }

  /** How far a member's time is ahead of the host's. Unit: ms. */
  errorMs(member: LabMember, host: LabMember): number {
    return member.clock.nowMs() - host.clock.nowMs();
  }
}
