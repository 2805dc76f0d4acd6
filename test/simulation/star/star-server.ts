import type { HostCause } from "../../../src/lobby/lobby-events.ts";
import { HostSeat } from "../../../src/server/host-seat.ts";
import type { Member } from "../../../src/simulator/world/member.ts";
import type { World } from "../../../src/simulator/world/world.ts";

/** What a lobby server does for a star: it knows who is there, and by its own rules who is host. */
export class StarServer {
  readonly #seat = new HostSeat();
  readonly #sitting = new Set<number>();
  readonly #world: World;
  /** Whether the host is so by agreement, or by right. */
  isAgreed = true;

  constructor(world: World) {
    this.#world = world;
  }

  get hostId(): number {
    return this.#seat.hostId;
  }

  get term(): number {
    return this.#seat.term;
  }

  /** Who comes is told of the host in the same breath. */
  admit(id: number): void {
    this.#sit(id);
  }

  /** Who has lost its line, or has left, sits there no more; who has its line again does. */
  review(): void {
    const up = new Set(
      this.#world.members.filter(({ state, connector }) => state === "present" && connector.isUp).map(({ id }) => id),
    );
    for (const id of [...this.#sitting]) if (!up.has(id)) this.#leave(id);
    for (const id of up) if (!this.#sitting.has(id)) this.#sit(id);
  }

  vote(from: number, hostId: number, term: number): void {
    if (!this.#sitting.has(from)) return;
    if (this.#seat.vote(from, { hostId, term }, this.#isPresent, this.#sitting.size)) this.isAgreed = true;
  }

  readonly #isPresent = (id: number): boolean => this.#sitting.has(id);

  #sit(id: number): void {
    const isHostThere = this.#sitting.has(this.#seat.hostId);
    this.#sitting.add(id);
    if (this.#seat.sat(id, isHostThere)) this.isAgreed = isHostThere;
  }

  #leave(id: number): void {
    this.#sitting.delete(id);
    const before = this.#seat.hostId;
    this.#seat.left(id, this.#sitting.size > 0 ? Math.min(...this.#sitting) : 0);
    if (this.#seat.hostId !== before) this.isAgreed = false;
    if (this.#seat.count(this.#isPresent, this.#sitting.size)) this.isAgreed = true;
  }
}

type Handler = (hostId: number, cause: HostCause) => void;
type Name = "serverBack" | "hostChanged" | "hostStayed";

/** A member's lobby: what `followHost` wants of one, and the hubs of its connector. */
export class StarLobby {
  readonly shape = "star";
  state = "lost";
  hostId: number;
  hostTerm = 0;
  readonly #member: Member;
  readonly #server: StarServer;
  readonly #handlers: [Name, Handler][] = [];
  #hubs: readonly number[] = [];

  constructor(member: Member, server: StarServer) {
    this.#member = member;
    this.#server = server;
    server.admit(member.id);
    this.hostId = server.hostId;
    this.#share();
  }

  proposeHost(hostId: number, term: number): void {
    this.#server.vote(this.#member.id, hostId, term);
  }

  setHubs(ids: readonly number[]): void {
    this.#hubs = ids;
    this.#share();
  }

  on(name: Name, handler: Handler): void {
    this.#handlers.push([name, handler]);
  }

  off(): void {}

  poll(): void {
    const { isUp } = this.#member.connector;
    const wasOpen = this.state === "open";
    this.state = isUp ? "open" : "lost";
    this.#server.review();
    if (isUp) {
      if (!wasOpen) this.#tell("serverBack", "missed");
      const hasChanged = this.hostId !== this.#server.hostId;
      this.hostId = this.#server.hostId;
      this.hostTerm = this.#server.term;
      if (hasChanged) this.#tell("hostChanged", !wasOpen ? "missed" : this.#server.isAgreed ? "agreed" : "stands-in");
    }
    this.#share();
  }

  #tell(name: Name, cause: HostCause): void {
    for (const [of, handler] of this.#handlers) if (of === name) handler(this.hostId, cause);
  }

  /** The hubs that were set and are there; while the server is away all of them; if none is, the host that the server knows. */
  #share(): void {
    const { connector, id } = this.#member;
    const present = new Set(connector.getPairs().flatMap((pair) => (pair.isPresent ? [pair.peerId] : [])));
    const there = this.state === "open" ? this.#hubs.filter((hub) => hub === id || present.has(hub)) : this.#hubs;
    connector.setHubs(there.length > 0 ? there : [this.hostId]);
  }
}
