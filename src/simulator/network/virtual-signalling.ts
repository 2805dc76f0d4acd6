import { shown } from "../../base/diagnostics.ts";
import { TickmeshError } from "../../base/tickmesh-error.ts";
import { InMemorySignalling } from "../../signalling/in-memory-signalling.ts";
import type { Signaller } from "../../signalling/signaller.ts";
import type { Device } from "./device.ts";
import type { VirtualLink } from "./link.ts";
import { type LinkConditions, linkConditions, PERFECT_LINK } from "./link-conditions.ts";
import { SimulatedNetwork } from "./simulated-network.ts";
import { VirtualDevice } from "./virtual-device.ts";
import { VirtualMember } from "./virtual-member.ts";
import type { VirtualNetwork } from "./virtual-network.ts";

/** How lines to the server are unless they are told otherwise. */
export const DEFAULT_LINE: LinkConditions = { ...PERFECT_LINK, latencyMs: 20 };

/** The id under which the server's side of each line stands in the trace. */
export const SERVER = 0;

export interface VirtualSignallingOptions {
  /**
   * How messages fare between a member and the server, each way. Default: 20 ms, and no faults. Loss and reordering are for
   * showing what becomes of the library on a signaller that breaks duty I4; real ones go over TCP, where loss is delay.
   */
  readonly line?: Partial<LinkConditions>;
}

/** An honest signaller as far as the lines to its server allow: a group of members, and the server that they meet on. */
export class VirtualSignalling {
  readonly #network: SimulatedNetwork;
  readonly #server = new InMemorySignalling();
  readonly #members = new Map<number, VirtualMember>();
  #conditions: LinkConditions;

  /** Throws a `TickmeshError` `invalid-options`. */
  constructor(network: VirtualNetwork, options: VirtualSignallingOptions = {}) {
    if (!(network instanceof SimulatedNetwork)) throw notOurs("network", network);
    this.#network = network;
    this.#conditions = linkConditions(options.line ?? {}, DEFAULT_LINE);
  }

  /** Changes every line, from now on. */
  setLines(conditions: Partial<LinkConditions>): void {
    this.#conditions = linkConditions(conditions, this.#conditions);
    for (const { up, down } of this.#members.values()) {
      up.conditions = this.#conditions;
      down.conditions = this.#conditions;
    }
  }

  /**
   * Adds a member under the device's id. The server hears of it when its word arrives. Throws a `TickmeshError`: `id-taken`,
   * `invalid-options`.
   */
  join(device: Device): Signaller {
    if (!(device instanceof VirtualDevice)) throw notOurs("device", device);
    const { id } = device;
    if (this.#members.has(id)) throw new TickmeshError("id-taken", `id ${shown(id)} is taken in this group`);
    const member = new VirtualMember(device, this.#line(id, SERVER), this.#line(SERVER, id), {
      join: () => {
        if (isCurrent()) this.#change(() => member.admit(this.#server.join(id)));
      },
      change: (what) => this.#change(what),
      overflow: () => {
        if (isCurrent()) this.#change(() => this.#server.interrupt(id));
      },
      restore: () => {
        if (isCurrent()) this.#change(() => this.#server.restore(id));
      },
      forget: () => {
        if (isCurrent()) this.#members.delete(id);
      },
    });
    // What it asked for may arrive when its place has been given to another.
    const isCurrent = (): boolean => this.#members.get(id) === member;
    this.#members.set(id, member);
    member.join();
    return member;
  }

  /** Removes a member: the others hear `"kicked"`, and so does the member itself. */
  kick(id: number): void {
    this.#change(() => this.#server.kick(id));
    this.#members.get(id)?.retire();
  }

  /** The server loses sight of a member, as when its line breaks or its device has crashed: the others hear `"lost"`. */
  interrupt(id: number): void {
    this.#change(() => this.#server.interrupt(id));
  }

  restore(id: number): void {
    this.#change(() => this.#server.restore(id));
  }

  /** The server gives a member's place away: the others hear `"lost"`, unless they have heard so, and its id is free. */
  drop(id: number): void {
    const member = this.#members.get(id);
    if (member === undefined) return;
    this.#members.delete(id);
    this.#change(() => {
      this.#server.interrupt(id);
      member.expel();
    });
  }

  /** The server is gone for everybody. */
  goDown(): void {
    this.#change(() => this.#server.goDown());
  }

  /** It is back, and introduces everybody anew who comes back to it: devices that have crashed do not. */
  comeUp(): void {
    for (const member of [...this.#members.values()]) if (member.isGone) this.drop(member.localId);
    this.#change(() => this.#server.comeUp());
  }

  /** Does something at the server, and sends what members have to hear of it on its way. */
  #change(what: () => void): void {
    what();
    for (const member of this.#members.values()) member.dispatch();
  }

  #line(from: number, to: number): VirtualLink {
    return this.#network.makeLine(from, to, this.#conditions);
  }
}

function notOurs(name: string, value: unknown): TickmeshError {
  return new TickmeshError("invalid-options", `virtual signalling: ${name} ${shown(value)} is none of the simulator's`);
}
