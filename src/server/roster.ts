import type { Clock } from "../base/clock.ts";
import { drawPeerId } from "../base/peer-id.ts";
import type { RandomSource } from "../base/random.ts";
import type { Metadata } from "../lobby/protocol.ts";
import { SeatLine } from "./seat-line.ts";

/** A place in a lobby, as long as somebody sits there or may come back. */
export interface RosterSeat {
  readonly peerId: number;
  /** The newest incarnation whose token was used here, or is known to have arrived: those before it are void. */
  seen: number;
  /** The newest incarnation that a token was made for. */
  issued: number;
  /** What is said on it. Another one for another page. */
  line: SeatLine;
  /** What the others see of who sits there, as it was said last. */
  profile: Metadata;
}

/** A player who is present, and the connection to it. */
export interface Member<Connection> {
  readonly peerId: number;
  readonly seat: RosterSeat;
  readonly connection: Connection;
  /** False until the welcome was sent, which tells all there is to tell. */
  isWelcome: boolean;
  /** Whether the page is one that sat here before. */
  isResumed: boolean;
}

interface HeldSeat {
  readonly seat: RosterSeat;
  readonly untilMs: number;
}

/** Who sits in one lobby, which seats wait for somebody to come back, and which are void. Knows nothing of sockets, nor of hosts. */
export class Roster<Connection> {
  readonly #members = new Map<number, Member<Connection>>();
  /** There is one only while a seat is held: most lobbies are full of those who are there. */
  #held: Map<number, HeldSeat> | null = null;
  readonly #clock: Clock;
  readonly #random: RandomSource;
  readonly #seatHoldMs: number;

  constructor(clock: Clock, random: RandomSource, seatHoldMs: number) {
    this.#clock = clock;
    this.#random = random;
    this.#seatHoldMs = seatHoldMs;
  }

  get present(): number {
    return this.#members.size;
  }

  /** Seats that wait for somebody to come back. */
  get held(): number {
    this.#forgetExpired();
    return this.#held?.size ?? 0;
  }

  /** Seats that nobody else can have: of those present, and of those who may come back. */
  get taken(): number {
    return this.#members.size + this.held;
  }

  /** The lowest id that is present; 0 if nobody is. */
  get lowestId(): number {
    return this.#members.size === 0 ? 0 : Math.min(...this.#members.keys());
  }

  get(peerId: number): Member<Connection> | undefined {
    return this.#members.get(peerId);
  }

  members(): IterableIterator<Member<Connection>> {
    return this.#members.values();
  }

  memberOn(connection: Connection): Member<Connection> | undefined {
    for (const member of this.#members.values()) if (member.connection === connection) return member;
    return undefined;
  }

  /** A seat for a newcomer; its id is `peerId`, or a random one that nobody here has. */
  newSeat(peerId: number = this.#drawId()): RosterSeat {
    return { peerId, seen: 0, issued: 0, line: new SeatLine(), profile: {} };
  }

  /** The seat of somebody who is present, or may come back. */
  seatOf(peerId: number): RosterSeat | undefined {
    this.#forgetExpired();
    return this.#members.get(peerId)?.seat ?? this.#held?.get(peerId)?.seat;
  }

  /** `profile`: default is the seat's of before. */
  sit(seat: RosterSeat, profile: Metadata | undefined, connection: Connection): Member<Connection> {
    if (profile !== undefined) seat.profile = profile;
    const member: Member<Connection> = {
      peerId: seat.peerId,
      seat,
      connection,
      isWelcome: false,
      isResumed: false,
    };
    this.#release(seat.peerId);
    this.#members.set(seat.peerId, member);
    return member;
  }

  /** The member is gone and its seat is free, or void. */
  remove(peerId: number): void {
    this.#members.delete(peerId);
    this.#release(peerId);
  }

  /** Keeps this seat, and its id, for whoever has its token. */
  hold(seat: RosterSeat): void {
    this.#held ??= new Map();
    this.#held.set(seat.peerId, { seat, untilMs: this.#clock.nowMs() + this.#seatHoldMs });
  }

  /** Gives up the oldest seat that is held for somebody who has shown no token for it. False if there is none. */
  dropUnclaimed(): boolean {
    for (const [peerId, { seat }] of this.#held ?? []) if (seat.issued === 0) return this.#release(peerId);
    return false;
  }

  /** False if that seat was not held. */
  #release(peerId: number): boolean {
    const wasHeld = this.#held?.delete(peerId) ?? false;
    if (this.#held?.size === 0) this.#held = null;
    return wasHeld;
  }

  #drawId(): number {
    for (;;) {
      const id = drawPeerId(this.#random);
      if (!this.#members.has(id) && !this.#held?.has(id)) return id;
    }
  }

  #forgetExpired(): void {
    if (this.#held === null) return;
    const now = this.#clock.nowMs();
    for (const [peerId, { untilMs }] of this.#held) if (untilMs <= now) this.#release(peerId);
  }
}
