import { drawHex } from "../base/draw-hex.ts";
import { type JoinRequest, LobbyErrorCode, type LobbyListing } from "../lobby/protocol.ts";
import { Bulletin, type Publisher } from "./bulletin.ts";
import { HostSeat } from "./host-seat.ts";
import { MAX_BANNED } from "./limits.ts";
import { belongs } from "./lobby-making.ts";
import type { LobbyRecord, Papers, SeatClaims } from "./papers.ts";
import { refusal } from "./refusal.ts";
import { type Member, Roster, type RosterSeat } from "./roster.ts";
import { sameSecret } from "./secret.ts";
import type { LobbySettings } from "./settings.ts";

/** One lobby's facts: what is on record of it, who sits there, who is host, and who may sit down. Knows nothing of sockets. */
export class OpenLobby<Connection> {
  readonly roster: Roster<Connection>;
  readonly hosts = new HostSeat();
  /** When all this is told. */
  readonly bulletin: Bulletin;
  readonly #settings: LobbySettings;
  readonly #papers: Papers;
  /** On until no seat is held any more. */
  holdTimer: ReturnType<typeof setTimeout> | undefined;
  /** Another one after it was opened again. */
  readonly instance: string;
  #record: LobbyRecord;
  #signedRecord: string;
  /** When anybody last said something, came or went. */
  #heardAtMs: number;
  /** Until when those may sit down of whose seats this process never knew. */
  #reopenedUntilMs = Number.NEGATIVE_INFINITY;

  constructor(record: LobbyRecord, papers: Papers, settings: LobbySettings, publisher: Publisher) {
    this.#record = record;
    this.#papers = papers;
    this.#settings = settings;
    this.bulletin = new Bulletin(settings.clock, publisher);
    this.instance = drawHex(settings.random);
    this.#signedRecord = papers.signRecord(record);
    this.#heardAtMs = settings.clock.nowMs();
    this.roster = new Roster(settings.clock, settings.random, record.seatHoldMs);
  }

  get record(): LobbyRecord {
    return this.#record;
  }

  /** What is on record, as it was signed last. */
  get signedRecord(): string {
    return this.#signedRecord;
  }

  /** For how long nobody has said anything, come or gone. Unit: ms. */
  get silentMs(): number {
    return this.#settings.clock.nowMs() - this.#heardAtMs;
  }

  /** Whether it was there before, in another process or another life of this one. */
  get isReopened(): boolean {
    return this.#reopenedUntilMs !== Number.NEGATIVE_INFINITY;
  }

  /** Whether somebody has sat down yet. */
  get isOpened(): boolean {
    return this.hosts.hostId !== 0;
  }

  readonly isPresent = (peerId: number): boolean => this.roster.get(peerId) !== undefined;

  /** Somebody said something, came or went. */
  hear(): void {
    this.#heardAtMs = this.#settings.clock.nowMs();
  }

  signRecord(): string {
    this.#signedRecord = this.#papers.signRecord(this.#record);
    return this.#signedRecord;
  }

  change(change: Partial<LobbyRecord>): void {
    this.#record = { ...this.#record, ...change };
    this.bulletin.sign();
    if ("locked" in change || "metadata" in change) this.bulletin.listSoon();
  }

  /** It was opened again: those who were there before may come back. Returns the seats to be held for them. */
  reopen(members: readonly number[]): RosterSeat[] {
    const { banned, maxPeers, seatHoldMs } = this.#record;
    this.#reopenedUntilMs = this.#settings.clock.nowMs() + seatHoldMs;
    this.hosts.await(this.#record);
    const named = [...new Set(members)].filter((peerId) => !banned.includes(peerId));
    return named.slice(0, maxPeers).map((peerId) => this.roster.newSeat(peerId));
  }

  /** A seat for somebody who was never here. Refuses who may not come. */
  newcomer({ password }: JoinRequest): RosterSeat {
    const { code, locked, lobbyId, maxPeers, password: wanted } = this.#record;
    if (locked || !this.isOpened) throw refusal(LobbyErrorCode.LOCKED, `lobby ${code} is locked`);
    // Before the password: nobody shall look for it in vain.
    if (this.roster.taken >= maxPeers) throw this.#full();
    if (wanted !== undefined) {
      if (password === undefined) throw refusal(LobbyErrorCode.WRONG_PASSWORD, `lobby ${code} needs a password`);
      if (!sameSecret(this.#papers.hashPassword(lobbyId, password), wanted)) {
        throw refusal(LobbyErrorCode.WRONG_PASSWORD, `lobby ${code} has another password`);
      }
    }
    return this.roster.newSeat();
  }

  /** The seat that a token is good for. Refuses with `unknown-seat`, or `replaced` if a newer one was used. */
  seatFor(claims: SeatClaims | null, gameId: string): RosterSeat {
    const { code } = this.#record;
    if (claims === null || !belongs(claims, this.#record, gameId)) {
      throw refusal(LobbyErrorCode.UNKNOWN_SEAT, `that is no seat in lobby ${code}, or no more`);
    }
    const { incarnation, peerId } = claims;
    const seat = this.roster.seatOf(peerId) ?? this.#seatFromBefore(peerId);
    if (incarnation < seat.seen) {
      throw refusal(LobbyErrorCode.REPLACED, "this seat was taken again from elsewhere");
    }
    seat.issued = Math.max(seat.issued, incarnation);
    return seat;
  }

  /** Whoever has that seat's tokens is not let in by them any more. */
  ban(peerId: number): void {
    const { banned } = this.#record;
    if (!banned.includes(peerId)) this.change({ banned: [...banned, peerId].slice(-MAX_BANNED) });
  }

  /** Whoever sat there said goodbye: its token would be good again in a lobby that was opened again. */
  voidSeat(peerId: number): void {
    if (this.isReopened) this.ban(peerId);
  }

  /** Nobody sits there any more, nor is the seat held. */
  forget(peerId: number): void {
    this.roster.remove(peerId);
    this.hosts.left(peerId, this.roster.lowestId);
    this.recordHost();
  }

  /** There may be another host. */
  recordHost(): void {
    const { hostId, hostTerm, stoodInFor } = this.#record;
    const now = this.hosts.record;
    const isNew = now.hostId !== hostId || now.hostTerm !== hostTerm || now.stoodInFor !== stoodInFor;
    // Nobody has ever sat here.
    if (isNew && now.hostId !== 0) this.change(now);
  }

  /** Those who are present may know of this: the next token for this one. `isNew`: once it is used, those before are void. */
  sign({ seat }: Member<Connection>, isNew: boolean): string {
    const { code, lobbyId, gameId } = this.#record;
    if (isNew) seat.issued += 1;
    return this.#papers.signSeat({ code, lobbyId, gameId, peerId: seat.peerId, incarnation: seat.issued });
  }

  /** What the list shows; `null`: nothing. */
  get listing(): LobbyListing | null {
    const { code, name, gameId, isPublic, maxPeers, password, locked, shape, metadata } = this.#record;
    const peers = this.roster.present;
    if (!isPublic || peers === 0) return null;
    return { code, name, gameId, peers, maxPeers, hasPassword: password !== undefined, locked, shape, metadata };
  }

  /** In a lobby that was opened again: of somebody whom who opened it did not name. */
  #seatFromBefore(peerId: number): RosterSeat {
    const { banned, code, maxPeers } = this.#record;
    if (this.#settings.clock.nowMs() >= this.#reopenedUntilMs || banned.includes(peerId)) {
      throw refusal(LobbyErrorCode.UNKNOWN_SEAT, `lobby ${code} keeps no such seat for peer ${peerId}`);
    }
    // Somebody was named who never was here, or has left: that keeps nobody out who was.
    if (this.roster.taken >= maxPeers && !this.roster.dropUnclaimed()) throw this.#full();
    return this.roster.newSeat(peerId);
  }

  #full(): Error {
    const { code, maxPeers } = this.#record;
    return refusal(LobbyErrorCode.FULL, `lobby ${code} is full: ${this.roster.taken} of ${maxPeers} seats are taken`);
  }
}
