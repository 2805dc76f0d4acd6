import type { LinkConditions } from "./link-conditions.ts";
import type { RandomStream } from "./random-stream.ts";
import type { Schedule, Scheduled } from "./schedule.ts";
import type { TraceWriter } from "./trace.ts";

/**
 * What is asked of one packet over what chance had in store for it: to be lost, or to come so much later (0 to 60,000 ms). One that
 * would have been lost then comes.
 */
export type PacketChange = { readonly lost: true } | { readonly lost?: false; readonly lateMs: number };

/** What a link shares with all others of its network. */
export interface LinkContext {
  readonly schedule: Schedule;
  readonly trace: TraceWriter;
  /** By the number of the packet, as the trace gives it. */
  readonly changes: ReadonlyMap<number, PacketChange>;
  nextPacketNumber(): number;
  /** The stream of chance of that name. */
  random(name: string): RandomStream;
}

/** What became of the packets of one link. */
export interface LinkCounters {
  sent: number;
  /** By chance, `lossRatio` and `burst`. */
  lost: number;
  /** In front of a link that was busy. */
  overflowed: number;
  /** Larger than the MTU. */
  tooLarge: number;
  /** While the link was cut. */
  blocked: number;
  duplicated: number;
}

/** The way from one device to one other. It is changed by `VirtualNetwork.setLink` and `cut`. */
export interface Link {
  readonly from: number;
  readonly to: number;
  readonly conditions: LinkConditions;
  /** Whether everything that is sent from now on is lost. */
  readonly isCut: boolean;
  /** A copy of the counters as they are now. */
  readonly counters: Readonly<LinkCounters>;
}

/** A link as those who send over it see it. */
export class VirtualLink implements Link {
  readonly from: number;
  readonly to: number;
  readonly #context: LinkContext;
  #sent = 0;
  #lost = 0;
  #overflowed = 0;
  #tooLarge = 0;
  #blocked = 0;
  #duplicated = 0;
  /** What chance has a say in has a stream of its own, made by the first conditions that need it. */
  #jitter: RandomStream | null = null;
  #loss: RandomStream | null = null;
  #burst: RandomStream | null = null;
  #burstLoss: RandomStream | null = null;
  #reordering: RandomStream | null = null;
  #duplication: RandomStream | null = null;
  #conditions: LinkConditions;
  /** Whether chance or bandwidth has a say at all: most links of most tests know only latency. */
  #isPlain = true;
  #latencyUs = 0;
  #isCut = false;
  #isIll = false;
  /** When the last packet that was taken will have left. Unit: µs. */
  #busyUntilUs = 0;
  /** The latest arrival so far: nobody comes before it, but for reordering. Unit: µs. */
  #lastArrivalUs = 0;

  readonly #name: string;

  /** `name`: by which its streams of chance are called. */
  constructor(from: number, to: number, name: string, conditions: LinkConditions, context: LinkContext) {
    this.#name = name;
    this.from = from;
    this.to = to;
    this.#context = context;
    this.#conditions = conditions;
    this.conditions = conditions;
  }

  get conditions(): LinkConditions {
    return this.#conditions;
  }

  /** What is on its way already is not touched. */
  set conditions(conditions: LinkConditions) {
    const { jitterMs, lossRatio, burst, reorderRatio, duplicateRatio, bandwidthKbps } = conditions;
    this.#conditions = conditions;
    this.#latencyUs = microseconds(conditions.latencyMs);
    this.#isPlain =
      jitterMs + lossRatio + reorderRatio + duplicateRatio === 0 &&
      burst === null &&
      bandwidthKbps === Number.POSITIVE_INFINITY;
    if (jitterMs > 0) this.#jitter ??= this.#stream("jitter");
    if (lossRatio > 0) this.#loss ??= this.#stream("loss");
    if (reorderRatio > 0) this.#reordering ??= this.#stream("reorder");
    if (duplicateRatio > 0) this.#duplication ??= this.#stream("duplicate");
    if (burst === null) {
      this.#isIll = false;
    } else {
      this.#burst ??= this.#stream("burst");
      this.#burstLoss ??= this.#stream("burst loss");
    }
  }

  get isCut(): boolean {
    return this.#isCut;
  }

  set isCut(isCut: boolean) {
    this.#isCut = isCut;
  }

  get counters(): LinkCounters {
    return {
      sent: this.#sent,
      lost: this.#lost,
      overflowed: this.#overflowed,
      tooLarge: this.#tooLarge,
      blocked: this.#blocked,
      duplicated: this.#duplicated,
    };
  }

  /** Sends one packet: `target.fire(packet)` when and if it arrives. `bytes`: its size on the wire, all headers included. */
  transmit(target: Scheduled, packet: unknown, bytes: number): void {
    const { schedule, trace, changes } = this.#context;
    const { nowUs } = schedule;
    const number = this.#context.nextPacketNumber();
    this.#sent += 1;
    // All that chance has a say in is drawn before it is overruled: the fates of other packets stay as they were.
    let travelUs = this.#fate(nowUs, bytes);
    const { duplicateRatio } = this.#conditions;
    const isDoubled = duplicateRatio > 0 && this.#duplication?.chance(duplicateRatio) === true;
    if (changes.size > 0) travelUs = this.#changed(travelUs, changes.get(number));
    if (travelUs < 0) {
      trace.note(nowUs, "lost", this.from, this.to, number);
      return;
    }
    trace.note(nowUs, "packet", this.from, this.to, number);
    schedule.add(nowUs + travelUs, target, packet);
    if (!isDoubled) return;
    this.#duplicated += 1;
    schedule.add(nowUs + travelUs, target, packet);
  }

  #changed(travelUs: number, change: PacketChange | undefined): number {
    if (change === undefined) return travelUs;
    if (change.lost === true) return -1;
    return (travelUs < 0 ? this.#latencyUs : travelUs) + microseconds(change.lateMs);
  }

  /** How long a packet is on its way; below 0 if it never arrives. Unit: µs. */
  #fate(nowUs: number, bytes: number): number {
    const { mtuBytes } = this.#conditions;
    if (this.#isCut) {
      this.#blocked += 1;
      return -1;
    }
    if (bytes > mtuBytes) {
      this.#tooLarge += 1;
      return -1;
    }
    if (!this.#isPlain) return this.#chancyFate(nowUs, bytes);
    const arrivalUs = Math.max(nowUs + this.#latencyUs, this.#lastArrivalUs);
    this.#lastArrivalUs = arrivalUs;
    return arrivalUs - nowUs;
  }

  #chancyFate(nowUs: number, bytes: number): number {
    const { bandwidthKbps, queueBytes, jitterMs, reorderRatio, reorderMs } = this.#conditions;
    let leavesUs = nowUs;
    if (bandwidthKbps !== Number.POSITIVE_INFINITY) {
      const waitUs = Math.max(0, this.#busyUntilUs - nowUs);
      if ((waitUs * bandwidthKbps) / 8_000 > queueBytes) {
        this.#overflowed += 1;
        return -1;
      }
      leavesUs = nowUs + waitUs + Math.ceil((bytes * 8_000) / bandwidthKbps);
      this.#busyUntilUs = leavesUs;
    }
    if (this.#isLost()) {
      this.#lost += 1;
      return -1;
    }
    let arrivalUs = leavesUs + this.#latencyUs;
    if (jitterMs > 0 && this.#jitter !== null) {
      const draw = this.#jitter.nextUint32() / 4_294_967_296;
      arrivalUs += Math.floor(microseconds(jitterMs) * draw * draw);
    }
    if (reorderRatio > 0 && this.#reordering?.chance(reorderRatio) === true) {
      return arrivalUs + microseconds(reorderMs) - nowUs;
    }
    this.#lastArrivalUs = Math.max(arrivalUs, this.#lastArrivalUs);
    return this.#lastArrivalUs - nowUs;
  }

  #isLost(): boolean {
    const { lossRatio, burst } = this.#conditions;
    let isLost = lossRatio > 0 && this.#loss?.chance(lossRatio) === true;
    if (burst === null) return isLost;
    // Both are drawn for every packet, so that one fate does not shift the next.
    const turns = this.#burst?.chance(this.#isIll ? burst.endRatio : burst.startRatio) === true;
    const fallsToBurst = this.#burstLoss?.chance(burst.lossRatio) === true;
    if (turns) this.#isIll = !this.#isIll;
    if (this.#isIll && fallsToBurst) isLost = true;
    return isLost;
  }

  #stream(concern: string): RandomStream {
    return this.#context.random(`${concern} ${this.#name}`);
  }
}

function microseconds(ms: number): number {
  return Math.round(ms * 1_000);
}
