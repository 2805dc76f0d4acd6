import type { Clock } from "../base/clock.ts";
import { drawHex } from "../base/draw-hex.ts";
import { drawPeerId } from "../base/peer-id.ts";
import type { RandomSource } from "../base/random.ts";
import type { LobbyMember, Metadata, Seat } from "../lobby/protocol.ts";
import { sameSecret } from "./secret.ts";

/** A player who is present, and the connection to it. */
export interface Member<Connection> extends LobbyMember {
  profile: Metadata;
  readonly seat: Seat;
  readonly connection: Connection;
}

interface HeldSeat {
  readonly seat: Seat;
  readonly untilMs: number;
}

/** Who sits in one lobby, which seats wait for somebody to come back, and who is host. Knows nothing of sockets. */
export class Roster<Connection> {
  readonly #members = new Map<number, Member<Connection>>();
  readonly #held = new Map<number, HeldSeat>();
  readonly #clock: Clock;
  readonly #random: RandomSource;
  readonly #seatHoldMs: number;
  #hostId = 0;

  constructor(clock: Clock, random: RandomSource, seatHoldMs: number) {
    this.#clock = clock;
    this.#random = random;
    this.#seatHoldMs = seatHoldMs;
  }

  /** 0 while nobody has ever sat down. */
  get hostId(): number {
    return this.#hostId;
  }

  get present(): number {
    return this.#members.size;
  }

  /** Seats that wait for somebody to come back. */
  get held(): number {
    this.#forgetExpired();
    return this.#held.size;
  }

  /** Seats that nobody else can have: of those present, and of those who may come back. */
  get taken(): number {
    return this.#members.size + this.held;
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
  newSeat(peerId?: number): Seat {
    return { peerId: peerId ?? this.#drawId(), secret: drawHex(this.#random) };
  }

  /** Whether this seat waits, or is sat on, and the secret is right. */
  isSeat({ peerId, secret }: Seat): boolean {
    this.#forgetExpired();
    const seat = this.#members.get(peerId)?.seat ?? this.#held.get(peerId)?.seat;
    return seat !== undefined && sameSecret(secret, seat.secret);
  }

  sit(seat: Seat, profile: Metadata, connection: Connection): Member<Connection> {
    const member: Member<Connection> = { peerId: seat.peerId, seat, profile, connection };
    this.#held.delete(seat.peerId);
    this.#members.set(seat.peerId, member);
    if (!this.#members.has(this.#hostId)) this.#hostId = seat.peerId;
    return member;
  }

  /** The member is gone and its seat is free, or void. When it was host, the lowest id present becomes host. */
  remove(peerId: number): void {
    this.#members.delete(peerId);
    this.#held.delete(peerId);
    if (peerId === this.#hostId && this.#members.size > 0) this.#hostId = Math.min(...this.#members.keys());
  }

  /** Keeps this seat, and its id, for whoever knows its secret. */
  hold(seat: Seat): void {
    this.#held.set(seat.peerId, { seat, untilMs: this.#clock.nowMs() + this.#seatHoldMs });
  }

  #drawId(): number {
    for (;;) {
      const id = drawPeerId(this.#random);
      if (!this.#members.has(id) && !this.#held.has(id)) return id;
    }
  }

  #forgetExpired(): void {
    const now = this.#clock.nowMs();
    for (const [peerId, { untilMs }] of this.#held) if (untilMs <= now) this.#held.delete(peerId);
  }
}
