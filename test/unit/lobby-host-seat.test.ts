import { expect, test } from "vitest";
import { seededRandom } from "../../src/base/random.ts";
import { followHost, type HostedLobby } from "../../src/host/follow-host.ts";
import type { Host } from "../../src/host/host.ts";
import type { HostCause } from "../../src/lobby/lobby-events.ts";
import { LobbyLimits } from "../../src/lobby/protocol.ts";
import { type HostRecord, HostSeat } from "../../src/server/host-seat.ts";

type Below = (bound: number) => number;

/** What a lobby's server tells a member that matters here. */
type Told =
  | { readonly kind: "host"; readonly hostId: number; readonly term: number; readonly cause: HostCause }
  | { readonly kind: "left"; readonly hostId: number }
  | { readonly kind: "record"; readonly record: HostRecord };

/** Whom the members' sessions agreed on, one after the other; each member hears of it in its own time. */
interface Agreement {
  readonly hostId: number;
  readonly counter: number;
}

/** A member: its lobby as `followHost` sees it, its session's host, and the line between it and the server. */
class Player implements HostedLobby {
  readonly id: number;
  readonly host = {
    hostId: 0,
    isHost: false,
    term: null as { counter: number } | null,
    hubs: [],
    standing: { makesWay: false, wasFollowed: true },
    on: this.#on("host"),
    off() {},
  };
  readonly on = this.#on("lobby");
  readonly off = (): void => {};
  isHonest: boolean;
  state = "lost";
  hostId = 0;
  hostTerm = 0;
  /** The index of the agreement that it knows; -1: none. */
  knows = -1;
  records: HostRecord[] = [];
  toServer: { readonly hostId: number; readonly term: number }[] = [];
  fromServer: Told[] = [];
  #isNews = false;
  readonly #handlers = new Map<string, ((...args: never[]) => void)[]>();

  constructor(id: number, isHonest: boolean) {
    this.id = id;
    this.isHonest = isHonest;
    if (isHonest) followHost(this, this.host as unknown as Host<unknown>);
  }

  /** From now on it says what it likes. */
  turn(): void {
    this.isHonest = false;
    this.#handlers.clear();
  }

  proposeHost(hostId: number, term: number): void {
    this.toServer.push({ hostId, term });
  }

  learn(index: number, { hostId, counter }: Agreement): void {
    this.knows = index;
    Object.assign(this.host, { hostId, isHost: hostId === this.id, term: { counter } });
    this.host.standing.makesWay = false;
    this.#tell("host changed");
  }

  get isHost(): boolean {
    return this.hostId === this.id;
  }

  lose(): void {
    this.state = "lost";
    this.toServer = [];
    this.fromServer = [];
  }

  welcome(hostId: number, term: number, record: HostRecord): void {
    const isFirst = this.hostId === 0;
    this.fromServer = [];
    this.#isNews = true;
    this.state = "open";
    this.hostTerm = term;
    this.records.push(record);
    if (isFirst) this.hostId = hostId;
    this.#tell("lobby serverBack");
    this.#setHost(hostId, "missed");
  }

  /** Some seconds have passed. */
  wait(): void {
    // It has heard of the others by now how they came to their host.
    if (this.knows >= 0 && !this.host.isHost && !this.host.standing.makesWay) {
      this.host.standing.makesWay = true;
      this.#tell("host madeWay");
    }
    if (!this.#isNews || this.state !== "open") return;
    this.#isNews = false;
    this.#tell("lobby hostStayed", this.hostId);
  }

  read(): void {
    const told = this.fromServer.shift();
    if (told !== undefined && told.kind !== "record") this.#isNews = true;
    if (told?.kind === "record") this.records.push(told.record);
    if (told?.kind === "host") this.hostTerm = told.term;
    if (told?.kind === "host") this.#setHost(told.hostId, told.cause);
    if (told?.kind === "left") this.#setHost(told.hostId, "stands-in");
  }

  #setHost(hostId: number, cause: HostCause): void {
    if (hostId === this.hostId) return;
    this.hostId = hostId;
    this.#tell("lobby hostChanged", hostId, cause);
  }

  #on(of: string): (name: string, handler: (...args: never[]) => void) => void {
    return (name, handler) => {
      const key = `${of} ${name}`;
      this.#handlers.set(key, [...(this.#handlers.get(key) ?? []), handler]);
    };
  }

  #tell(name: string, ...args: unknown[]): void {
    for (const handler of this.#handlers.get(name) ?? []) handler(...(args as never[]));
  }
}

/** What `LobbyRoom` does about its host, and nothing else. */
class Server {
  readonly seat = new HostSeat();
  readonly #sitting = new Map<number, Player>();
  #signed: HostRecord = { hostId: 1, hostTerm: 0, stoodInFor: 0 };

  constructor(record: HostRecord | null) {
    if (record === null) return;
    this.seat.await(record);
    this.#signed = record;
  }

  has(player: Player): boolean {
    return this.#sitting.has(player.id);
  }

  sit(player: Player): void {
    if (this.has(player)) this.leave(player);
    const isHostPresent = this.#isPresent(this.seat.hostId);
    this.#sitting.set(player.id, player);
    const isAnother = this.seat.sat(player.id, isHostPresent);
    if (this.#count() || isAnother) this.#tellHost(player);
    player.welcome(this.seat.hostId, this.seat.term, this.#signed);
  }

  leave(player: Player): void {
    if (!this.#sitting.delete(player.id)) return;
    this.seat.left(player.id, this.#sitting.size === 0 ? 0 : Math.min(...this.#sitting.keys()));
    this.#tell({ kind: "left", hostId: this.seat.hostId });
    if (this.#count()) this.#tellHost();
  }

  read(player: Player): void {
    const vote = player.toServer.shift();
    if (vote === undefined || !this.has(player)) return;
    if (this.seat.vote(player.id, vote, this.#isPresent, this.#sitting.size)) this.#tellHost();
  }

  sign(): void {
    const { record } = this.seat;
    if (record.hostId === 0) return;
    this.#signed = record;
    this.#tell({ kind: "record", record });
  }

  readonly #isPresent = (id: number): boolean => this.#sitting.has(id);

  #count(): boolean {
    return this.seat.count(this.#isPresent, this.#sitting.size);
  }

  #tellHost(except?: Player): void {
    const { hostId, isAgreed, term } = this.seat;
    this.#tell({ kind: "host", hostId, term, cause: isAgreed ? "agreed" : "stands-in" }, except);
  }

  #tell(told: Told, except?: Player): void {
    for (const player of this.#sitting.values()) if (player !== except) player.fromServer.push(told);
  }
}

/** A lobby that lives through what `seed` says. */
class Life {
  readonly log: string[] = [];
  readonly #below: Below;
  readonly #players: Player[] = [];
  readonly #agreements: Agreement[] = [];
  #liar: Player | null;
  #server = new Server(null);

  constructor(seed: number) {
    const random = seededRandom(seed);
    this.#below = (bound) => random.nextUint32() % bound;
    this.#join(true);
    for (let i = 2 + this.#below(4); i > 0; i--) this.#join(true);
    this.#liar = this.#below(3) === 0 && this.#honest.length > 2 ? this.#join(false) : null;
    this.#agree();
  }

  get #honest(): Player[] {
    return this.#players.filter(({ isHonest }) => isHonest);
  }

  run(steps: number): void {
    for (let i = 0; i < steps; i++) this.#step(this.#below(100));
  }

  /** One who was host, and is not taken for it any more, opens the lobby again by an old record that says it is. */
  turn(): void {
    const hasBeenHost = this.#honest.filter((player) => player.records.some(({ hostId }) => hostId === player.id));
    if (this.#liar !== null || this.#honest.length < 4 || hasBeenHost.length === 0) return;
    const liar = this.#any(hasBeenHost);
    this.#liar = liar;
    liar.turn();
    liar.records = liar.records.filter(({ hostId }) => hostId === liar.id);
    this.log.push(`${liar.id} turns liar`);
    this.#restart(liar);
    while (this.#agreements.at(-1)?.hostId === liar.id) this.#agree();
    for (const player of this.#honest) this.#learn(player, this.#agreements.length - 1);
  }

  /** Nothing goes wrong any more, but for the liar. */
  settle(): void {
    const last = this.#agreements.length - 1;
    for (let i = 0; i < 400; i++) this.#step(30 + this.#below(70));
    for (const player of this.#honest) {
      if (player.knows < last) this.#learn(player, last);
    }
    for (let round = 0; round < 50; round++) {
      for (const player of this.#players) {
        if (player.state === "lost") this.#return(player, true);
        player.wait();
        while (player.toServer.length > 0) this.#server.read(player);
      }
      for (const player of this.#players) while (player.fromServer.length > 0) player.read();
    }
    const { hostId } = this.#agreements[last] as Agreement;
    const outcome = { seat: this.#server.seat.hostId, told: this.#honest.map((player) => player.hostId) };
    expect(outcome, this.log.join("\n")).toEqual({ seat: hostId, told: this.#honest.map(() => hostId) });
  }

  #step(chance: number): void {
    const player = this.#any(this.#players);
    const { seat } = this.#server;
    if (chance < 1) this.#restart();
    else if (chance < 5) this.#lose(player);
    else if (chance < 8) this.#agree();
    else if (chance < 10 && this.#players.length < 8) this.#join(true);
    else if (chance < 12 && player.state === "lost") this.#server.leave(player);
    else if (chance < 34) this.#return(player, false);
    else if (chance < 45) this.#catchUp(player);
    else if (chance < 48) this.#server.sign();
    else if (chance < 50) player.wait();
    else if (chance < 54 && this.#liar?.state === "open") this.#lie(this.#liar);
    else if (chance < 77) this.#server.read(player);
    else player.read();
    // One alone, even if those who believe anything else are away.
    if (seat.hostId === this.#liar?.id) expect(seat.isAgreed, this.log.join("\n")).toBe(false);
  }

  #any<Item>(items: readonly Item[]): Item {
    return items[this.#below(items.length)] as Item;
  }

  #join(isHonest: boolean): Player {
    const player = new Player(this.#players.length === 0 ? 1 : 2 + this.#below(1_000_000), isHonest);
    this.#players.push(player);
    this.#server.sit(player);
    this.log.push(`${player.id} joins${isHonest ? "" : ", a liar"}`);
    return player;
  }

  /** It is opened again by whoever comes first, with what it was told last; by a liar with what it likes. */
  #restart(player = this.#any(this.#players)): void {
    this.log.push("the server dies");
    for (const each of this.#players) each.lose();
    const record = player.isHonest ? (player.records.at(-1) as HostRecord) : this.#any(player.records);
    this.#server = new Server(record);
    this.log.push(`${player.id} opens it again: ${JSON.stringify(record)}`);
    this.#server.sit(player);
  }

  #lose(player: Player): void {
    this.log.push(`${player.id} loses its line`);
    player.lose();
    if (this.#below(2) === 0) this.#server.leave(player);
  }

  #return(player: Player, isSure: boolean): void {
    if (player.state !== "lost" || (!isSure && this.#below(2) === 0)) return;
    this.#server.sit(player);
    this.log.push(`${player.id} returns: host ${this.#server.seat.hostId}`);
  }

  #agree(): void {
    const { hostId: before = 0, counter = 0 } = this.#agreements.at(-1) ?? {};
    const hostId = this.#agreements.length === 0 ? 1 : this.#any(this.#honest).id;
    if (hostId === before) return;
    this.#agreements.push({ hostId, counter: counter + 1 });
    this.log.push(`the sessions take ${hostId}, since ${counter + 1}`);
  }

  #catchUp(player: Player): void {
    const first = player.knows + 1;
    if (player.isHonest && first < this.#agreements.length) {
      this.#learn(player, first + this.#below(this.#agreements.length - first));
    }
  }

  #learn(player: Player, index: number): void {
    const agreement = this.#agreements[index] as Agreement;
    this.log.push(`${player.id} hears of host ${agreement.hostId}`);
    player.learn(index, agreement);
  }

  #lie(liar: Player): void {
    const hostId = this.#below(2) === 0 ? liar.id : this.#any(this.#players).id;
    const term = this.#below(2) === 0 ? this.#server.seat.term + 1 + this.#below(3) : LobbyLimits.maxTerm;
    liar.proposeHost(hostId, term);
  }
}

test("V29, V30 whatever happens to a lobby and to its server, in the end it has the host that its members have", () => {
  for (let seed = 1; seed <= 1_000; seed++) {
    const life = new Life(seed);
    life.log.push(`seed ${seed}`);
    life.run(300);
    life.turn();
    life.settle();
  }
});
