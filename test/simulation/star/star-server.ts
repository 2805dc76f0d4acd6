import type { Member } from "../../../src/simulator/world/member.ts";
import type { World } from "../../../src/simulator/world/world.ts";

/** What a lobby server does for a star, in a few lines: it knows who is there, and believes most of them about the host. */
export class StarServer {
  hostId = 0;
  term = 0;
  readonly #votes = new Map<number, number>();
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** Those whose line to the server is up. */
  get present(): number[] {
    return this.#world.members
      .filter(({ state, connector }) => state === "present" && connector.isUp)
      .map(({ id }) => id);
  }

  admit(id: number): void {
    if (this.hostId === 0) this.hostId = id;
  }

  /** Whose host has gone without anybody saying who is next: who has been there for longest, as ids are given in order. */
  review(): void {
    const { present } = this;
    const isThere = this.#world.members.some(({ id }) => id === this.hostId);
    if (!isThere && present.length > 0) this.hostId = present[0] as number;
  }

  vote(from: number, hostId: number): void {
    this.#votes.set(from, hostId);
    const { present } = this;
    const votes = present.filter((id) => this.#votes.get(id) === hostId).length;
    if (votes * 2 <= present.length || !present.includes(hostId) || hostId === this.hostId) return;
    this.hostId = hostId;
    this.term += 1;
  }
}

type Name = "serverBack" | "hostChanged";

/** A member's lobby: what `followHost` wants of one, and the hubs of its connector. */
export class StarLobby {
  readonly shape = "star";
  state = "lost";
  hostId: number;
  hostTerm = 0;
  readonly #member: Member;
  readonly #server: StarServer;
  readonly #handlers: [Name, () => void][] = [];
  #hubs: readonly number[] = [];

  constructor(member: Member, server: StarServer) {
    this.#member = member;
    this.#server = server;
    server.admit(member.id);
    this.hostId = server.hostId;
    this.#share();
  }

  proposeHost(hostId: number): void {
    this.#server.vote(this.#member.id, hostId);
  }

  setHubs(ids: readonly number[]): void {
    this.#hubs = ids;
    this.#share();
  }

  on(name: Name, handler: () => void): void {
    this.#handlers.push([name, handler]);
  }

  off(): void {}

  poll(): void {
    const { isUp } = this.#member.connector;
    const wasOpen = this.state === "open";
    this.state = isUp ? "open" : "lost";
    if (isUp) {
      this.#server.review();
      const hasChanged = this.hostId !== this.#server.hostId;
      this.hostId = this.#server.hostId;
      this.hostTerm = this.#server.term;
      if (!wasOpen) this.#tell("serverBack");
      if (hasChanged) this.#tell("hostChanged");
    }
    this.#share();
  }

  #tell(name: Name): void {
    for (const [of, handler] of this.#handlers) if (of === name) handler();
  }

  /** The hubs that were set and are there; while the server is away all of them; if none is, the host that the server knows. */
  #share(): void {
    const { connector, id } = this.#member;
    const present = new Set(connector.getPairs().flatMap((pair) => (pair.isPresent ? [pair.peerId] : [])));
    const there = this.state === "open" ? this.#hubs.filter((hub) => hub === id || present.has(hub)) : this.#hubs;
    connector.setHubs(there.length > 0 ? there : [this.hostId]);
  }
}
