import { shown } from "../../base/diagnostics.ts";
import { TickmeshError } from "../../base/tickmesh-error.ts";
import { isWhole } from "../../base/whole.ts";
import { within } from "./check-number.ts";
import type { DeviceOptions } from "./device.ts";
import { type LinkContext, type PacketChange, VirtualLink } from "./link.ts";
import { type LinkConditions, linkConditions, PERFECT_LINK } from "./link-conditions.ts";
import { chooser, type LinkChoice, LinkRules } from "./link-rules.ts";
import { RandomStream } from "./random-stream.ts";
import { Schedule } from "./schedule.ts";
import type { ConnectionEnd, NetworkSurroundings } from "./surroundings.ts";
import { TraceWriter } from "./trace.ts";
import { VirtualDevice } from "./virtual-device.ts";

/** Some eleven days. Unit: ms. */
const MAX_ADVANCE_MS = 1_000_000_000;

/** The largest id of a device: that of a peer. */
const MAX_ID = 2_147_483_647;

export interface VirtualNetworkOptions {
  /** A whole number from 0 to 4,294,967,295. Default 0. */
  readonly seed?: number;
  /** How every link is until it is told otherwise. Default: a perfect one. */
  readonly link?: Partial<LinkConditions>;
  /**
   * Other fates for single packets, by their number in the trace: to replay a run with one packet changed. Chance is
   * drawn all the same, so that every other packet meets the fate it met before, as long as it is sent.
   */
  readonly changes?: ReadonlyMap<number, PacketChange>;
}

/**
 * A `VirtualNetwork`, with what its devices, connections and signalling need of it beside that. No result of a transcendental function
 * is used, since engines differ in its last bits.
 */
export class SimulatedNetwork implements NetworkSurroundings {
  readonly seed: number;
  readonly schedule = new Schedule();
  readonly trace = new TraceWriter();
  readonly #devices = new Map<number, VirtualDevice>();
  readonly #links = new Map<number, Map<number, VirtualLink>>();
  readonly #context: LinkContext;
  readonly #unreachable = new Set<string>();
  readonly #ends = new Map<number, ConnectionEnd>();
  readonly #rules: LinkRules;
  /** How many devices of an id there were. */
  readonly #lives = new Map<number, number>();
  #packets = 0;
  #endsMade = 0;

  /** Throws a `TickmeshError` `invalid-options`. */
  constructor(options: VirtualNetworkOptions = {}) {
    const { seed = 0, link = {}, changes = new Map() } = options;
    if (!isWhole(seed, 0, 0xffff_ffff)) throw invalid(`seed ${shown(seed)} is no whole number from 0 to 4294967295`);
    this.seed = seed;
    this.#rules = new LinkRules(linkConditions(link, PERFECT_LINK));
    for (const [packet, change] of changes) checkChange(packet, change);
    this.#context = {
      schedule: this.schedule,
      trace: this.trace,
      changes,
      nextPacketNumber: () => {
        this.#packets += 1;
        return this.#packets;
      },
      random: (name) => this.random(name),
    };
  }

  get nowMs(): number {
    return this.schedule.nowUs / 1_000;
  }

  get packetCount(): number {
    return this.#packets;
  }

  random(name: string): RandomStream {
    return RandomStream.named(this.seed, name);
  }

  addDevice(id: number, options: DeviceOptions = {}): VirtualDevice {
    if (!isWhole(id, 1, MAX_ID)) throw invalid(`device id ${shown(id)} is no whole number from 1 to ${MAX_ID}`);
    if (this.#devices.has(id)) throw invalid(`there is a device ${id} already`);
    const device = new VirtualDevice(id, this, options);
    this.#devices.set(id, device);
    this.#lives.set(id, (this.#lives.get(id) ?? 0) + 1);
    return device;
  }

  removeDevice(id: number): void {
    this.#devices.get(id)?.crash();
    this.#devices.delete(id);
    this.#links.delete(id);
    for (const links of this.#links.values()) links.delete(id);
  }

  get devices(): readonly VirtualDevice[] {
    return [...this.#devices.values()];
  }

  link(from: number, to: number): VirtualLink {
    let links = this.#links.get(from);
    if (links === undefined) {
      links = new Map();
      this.#links.set(from, links);
    }
    let link = links.get(to);
    if (link === undefined) {
      link = new VirtualLink(from, to, this.#nameOf(from, to), this.#rules.conditionsOf(from, to), this.#context);
      link.isCut = this.#rules.isCut(from, to);
      links.set(to, link);
    }
    return link;
  }

  setLink(conditions: Partial<LinkConditions>, which: LinkChoice = {}): void {
    this.#rules.change(conditions, which);
    for (const link of this.#made(which)) link.conditions = linkConditions(conditions, link.conditions);
  }

  cut(which: LinkChoice): void {
    this.#rules.cut(which);
    for (const link of this.#made(which)) link.isCut = true;
  }

  partition(groups: readonly (readonly number[])[], { oneWay = false } = {}): void {
    for (const [index, group] of groups.entries()) {
      for (const other of groups.slice(index + 1)) {
        for (const from of group) {
          for (const to of other) {
            this.cut({ from, to });
            if (!oneWay) this.cut({ from: to, to: from });
          }
        }
      }
    }
  }

  heal(): void {
    this.#rules.heal();
    for (const link of this.#made({})) link.isCut = false;
  }

  setReachable(one: number, other: number, isReachable: boolean): void {
    if (isReachable) this.#unreachable.delete(pairKey(one, other));
    else this.#unreachable.add(pairKey(one, other));
  }

  healReach(): void {
    this.#unreachable.clear();
  }

  isReachable(one: number, other: number): boolean {
    return this.#unreachable.size === 0 || !this.#unreachable.has(pairKey(one, other));
  }

  advance(ms: number): void {
    this.advanceTo(this.schedule.nowUs + Math.round(within("advance", ms, 0, MAX_ADVANCE_MS) * 1_000));
  }

  advanceTo(timeUs: number): void {
    this.schedule.advanceTo(timeUs);
  }

  /** A way between a device and a server, apart from the links between devices. */
  makeLine(from: number, to: number, conditions: LinkConditions): VirtualLink {
    return new VirtualLink(from, to, this.#nameOf(from, to), conditions, this.#context);
  }

  lifeOf(id: number): string {
    const life = this.#lives.get(id) ?? 1;
    return life === 1 ? "" : ` (${life})`;
  }

  /** Gives one the number by which descriptions name it. */
  register(end: ConnectionEnd): number {
    this.#endsMade += 1;
    this.#ends.set(this.#endsMade, end);
    return this.#endsMade;
  }

  unregister(number: number): void {
    this.#ends.delete(number);
  }

  end(number: number): ConnectionEnd | undefined {
    return this.#ends.get(number);
  }

  hasEnd(number: number): boolean {
    return this.#ends.has(number);
  }

  /** Chance goes on where it was for a device that comes back: it does not meet the same fates again. */
  #nameOf(from: number, to: number): string {
    return `${from}${this.lifeOf(from)}>${to}${this.lifeOf(to)}`;
  }

  /** The links meant, of those that were needed so far. */
  *#made(which: LinkChoice): Iterable<VirtualLink> {
    const isMeant = chooser(which);
    for (const links of this.#links.values()) {
      for (const link of links.values()) if (isMeant(link.from, link.to)) yield link;
    }
  }
}

function checkChange(packet: number, change: PacketChange): void {
  within("changes: packet number", packet, 1, Number.MAX_SAFE_INTEGER);
  if (change.lost !== true) within("changes: lateMs", change.lateMs, 0, 60_000);
}

function pairKey(one: number, other: number): string {
  return one < other ? `${one} ${other}` : `${other} ${one}`;
}

function invalid(fault: string): TickmeshError {
  return new TickmeshError("invalid-options", `virtual network: ${fault}`);
}
