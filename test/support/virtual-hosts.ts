import type { Cause } from "../../src/host/choose-term.ts";
import { createHost, type Host } from "../../src/host/host.ts";
import { hostMessages } from "../../src/host/host-messages.ts";
import type { HostOptions } from "../../src/host/host-options.ts";
import { message } from "../../src/session/messages/definition.ts";
import { defineMessages } from "../../src/session/messages/message-table.ts";
import type { VirtualNetworkOptions } from "../../src/simulator/network/simulated-network.ts";
import { type SessionMember, VirtualSessions } from "./virtual-session.ts";

export interface Score {
  readonly points: number;
}

export const hostTable = defineMessages({ ...hostMessages<Score>(), goal: message<number>({ from: "host" }) });
type Table = (typeof hostTable)["definitions"];

export interface HostMember extends SessionMember<Table> {
  readonly host: Host<Score>;
  /** The game's state. */
  score: Score;
  isHidden: boolean;
  /** `"host 2 elected"`, `"restore 5 elected"`, `"surrender"`, in order. */
  readonly told: string[];
}

/** Sessions with hosts on a virtual network; all poll every 10 ms. */
export class VirtualHosts {
  readonly sessions: VirtualSessions<Table>;
  readonly members = new Map<number, HostMember>();

  constructor(network: VirtualNetworkOptions = {}) {
    this.sessions = new VirtualSessions<Table>({ messages: hostTable }, network);
  }

  add(id: number, options: Partial<HostOptions<Score>> = {}): HostMember {
    const session = this.sessions.add(id, { hostOf: () => member.host.hostId });
    const host = createHost<Score>({
      messages: hostTable,
      snapshot: () => member.score,
      restore: (score, { cause }: { readonly cause: Cause }) => {
        member.score = score;
        member.told.push(`restore ${score.points} ${cause}`);
      },
      surrender: () => member.told.push("surrender"),
      isHidden: () => member.isHidden,
      clock: session.device.clock,
      random: session.device.random("host"),
      ...options,
    }).start(session.session);
    const member: HostMember = { ...session, host, score: { points: 0 }, isHidden: false, told: [] };
    host.on("changed", (hostId, _term, cause) => member.told.push(`host ${hostId} ${cause}`));
    this.members.set(id, member);
    return member;
  }

  get all(): HostMember[] {
    return [...this.members.values()];
  }

  /** Its device is gone, without a word. */
  crash(id: number): void {
    this.members.get(id)?.device.crash();
    this.members.delete(id);
  }

  leave(id: number): void {
    this.members.get(id)?.session.close();
    this.members.delete(id);
  }

  tick(): void {
    this.sessions.tick();
    for (const { device, host } of this.all) if (!device.isStalled) host.poll();
  }

  pass(ms: number): void {
    for (let passed = 0; passed < ms; passed += 10) this.tick();
  }

  until(condition: () => boolean, withinMs = 20_000): number {
    for (let passedMs = 0; ; passedMs += 10) {
      if (condition()) return passedMs;
      if (passedMs >= withinMs) throw new Error(`not so after ${withinMs} ms: ${condition.toString()}`);
      this.tick();
    }
  }

  /** Who acts as host. */
  get acting(): number[] {
    return this.all.filter(({ host }) => host.isHost).map(({ id }) => id);
  }

  /** Until everybody follows the same host, which acts. */
  agree(): number {
    return this.until(() => {
      const [acting, second] = this.acting;
      const reign = this.members.get(acting ?? 0)?.host.term?.reign;
      return second === undefined && reign !== undefined && this.all.every(({ host }) => host.term?.reign === reign);
    });
  }
}

/** So many members, from id 1 on, that have met and have a host: the first. */
export function hosting(
  count: number,
  options: Partial<HostOptions<Score>> = {},
  network: VirtualNetworkOptions = {},
): { readonly hosts: VirtualHosts; readonly all: HostMember[] } {
  const hosts = new VirtualHosts(network);
  for (let id = 1; id <= count; id++) hosts.add(id, options);
  hosts.until(() => hosts.all.every(({ session }) => session.peers.length === count - 1));
  hosts.agree();
  hosts.pass(1_500);
  for (const { told } of hosts.all) told.length = 0;
  return { hosts, all: hosts.all };
}
