import type { Definitions } from "../../src/session/messages/definition.ts";
import { Session } from "../../src/session/session.ts";
import type { SessionOptions } from "../../src/session/session-options.ts";
import type { VirtualNetworkOptions } from "../../src/simulator/network/simulated-network.ts";
import type { VirtualPeer } from "./virtual-mesh.ts";
import { VirtualMesh } from "./virtual-mesh.ts";

/** One peer of a mesh with its session, and all that it was told. */
export interface SessionMember<D extends Definitions> extends VirtualPeer {
  readonly id: number;
  readonly session: Session<D>;
  /** `"+2"`, `"+2 again"`, `"-2 left bye"`, `"!2 us game …"`, `"2 unstable"`, `"2 stable"`, in order. */
  readonly events: string[];
}

export type MemberOptions<D extends Definitions> = Partial<SessionOptions<D>>;

/** Sessions on a virtual network: each polls and flushes every 10 ms of virtual time, in turn. */
export class VirtualSessions<D extends Definitions> {
  readonly mesh: VirtualMesh;
  readonly members = new Map<number, SessionMember<D>>();
  readonly #common: MemberOptions<D> & Pick<SessionOptions<D>, "messages">;

  constructor(common: MemberOptions<D> & Pick<SessionOptions<D>, "messages">, network: VirtualNetworkOptions = {}) {
    this.mesh = new VirtualMesh({ seed: 1, link: { latencyMs: 10 }, ...network });
    this.#common = common;
  }

  get nowMs(): number {
    return this.mesh.network.nowMs;
  }

  /** Adds a peer with a session, which sets out to connect. */
  add(id: number, options: MemberOptions<D> = {}): SessionMember<D> {
    return this.open(this.addRaw(id), options);
  }

  /** Adds a peer without a session: it polls, and nothing else. */
  addRaw(id: number): VirtualPeer {
    this.mesh.join(id);
    return this.mesh.peer(id);
  }

  /** Gives a session to a peer that had none. */
  open(virtual: VirtualPeer, options: MemberOptions<D> = {}): SessionMember<D> {
    const { device, peer } = virtual;
    const session = new Session<D>({
      peer,
      game: "game",
      version: "1",
      clock: device.clock,
      random: device.random("session"),
      ...this.#common,
      ...options,
    });
    const events: string[] = [];
    session.on("peerJoined", (id, { returned }) => events.push(returned ? `+${id} again` : `+${id}`));
    session.on("peerLeft", (id, reason, words) => events.push(`-${id} ${reason} ${words}`.trimEnd()));
    session.on("peerRefused", (id, { by, code, reason }) => events.push(`!${id} ${by} ${code} ${reason}`));
    session.on("peerUnstable", (id) => events.push(`${id} unstable`));
    session.on("peerStable", (id) => events.push(`${id} stable`));
    const member = { ...virtual, id: device.id, session, events };
    this.members.set(device.id, member);
    return member;
  }

  /** Forgets a peer, whose device is gone, so that another may come under its id. */
  remove(id: number): void {
    this.members.delete(id);
    this.mesh.peers.delete(id);
    this.mesh.network.removeDevice(id);
  }

  /** One tick of everybody. */
  tick(): void {
    this.mesh.network.advance(10);
    for (const [id, { device, peer }] of [...this.mesh.peers]) {
      if (device.isStalled || device.isCrashed) continue;
      const session = this.members.get(id)?.session;
      if (session === undefined) {
        peer.poll();
      } else {
        session.poll();
        session.flush();
      }
      device.endTurn();
    }
  }

  pass(ms: number): void {
    for (let passed = 0; passed < ms; passed += 10) this.tick();
  }

  /** Ticks until something holds; gives how long it took. Unit: ms. */
  until(condition: () => boolean, withinMs = 20_000): number {
    const startMs = this.nowMs;
    while (!condition()) {
      if (this.nowMs - startMs >= withinMs) throw new Error(`not so after ${withinMs} ms: ${condition.toString()}`);
      this.tick();
    }
    return this.nowMs - startMs;
  }

  /** As `until`; between two ticks, promises have their turn. */
  async settle(condition: () => boolean, withinMs = 20_000): Promise<void> {
    const startMs = this.nowMs;
    for (;;) {
      for (let turn = 0; turn < 10; turn++) await Promise.resolve();
      if (condition()) return;
      if (this.nowMs - startMs >= withinMs) throw new Error(`not so after ${withinMs} ms: ${condition.toString()}`);
      this.tick();
    }
  }

  /** Ticks until all that have sessions have each other. */
  meet(): this {
    const all = [...this.members.values()];
    this.until(() => all.every(({ session }) => session.peers.length === all.length - 1));
    return this;
  }
}

/** So many members, from id 1 on, that have met. */
export function meeting<D extends Definitions>(
  count: number,
  common: MemberOptions<D> & Pick<SessionOptions<D>, "messages">,
  network: VirtualNetworkOptions = {},
): { readonly sessions: VirtualSessions<D>; readonly all: readonly SessionMember<D>[] } {
  const sessions = new VirtualSessions<D>(common, network);
  for (let id = 1; id <= count; id++) sessions.add(id);
  sessions.meet();
  return { sessions, all: [...sessions.members.values()] };
}
