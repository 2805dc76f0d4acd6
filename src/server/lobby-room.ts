import { type Client, CloseCode, matchMaker } from "@colyseus/core";
import { drawHex } from "../base/draw-hex.ts";
import {
  type ClientMessages,
  type JoinRequest,
  LobbyErrorCode,
  LobbyLimits,
  type ServerMessages,
} from "../lobby/protocol.ts";
import { GuardedRoom } from "./guarded-room.ts";
import { iceServersFor, iceServersLastMs } from "./ice-servers.ts";
import { RECORD_REFRESH_MS } from "./limits.ts";
import { releaseCode } from "./lobby-code.ts";
import { LIST_TOPIC, type LobbyRoomMetadata } from "./lobby-directory.ts";
import { lostLobby, newLobby } from "./lobby-making.ts";
import { parseClientMessage } from "./message-schema.ts";
import { OneAtATime } from "./one-at-a-time.ts";
import { OpenLobby } from "./open-lobby.ts";
import { type LobbyRecord, Papers, type SeatClaims } from "./papers.ts";
import { refusal } from "./refusal.ts";
import { RelayDesk } from "./relay-desk.ts";
import { isReopening, parseCreateRequest, parseJoinRequest, parseReopenRequest, wordsOf } from "./request-schema.ts";
import type { Member, RosterSeat } from "./roster.ts";
import { SeatLine } from "./seat-line.ts";
import { tally } from "./tally.ts";

/**
 * One lobby: who is present, who is host, the signals that its members send each other, and the packets of those who find no other
 * way. The room's id is the lobby's code. Define it on a Colyseus server under the name `LOBBY_ROOM`, or start one by
 * `startLobbyServer`.
 */
export class LobbyRoom extends GuardedRoom {
  readonly #papers = new Papers(this.settings);
  readonly #instance = drawHex(this.settings.random);
  readonly #relay = new RelayDesk(this.settings);
  /** Sockets for the relay whose clients have not said yet that they are in. */
  readonly #relayComing = new Map<Client, number>();
  readonly #iceTimers = new Map<Member<Client>, ReturnType<typeof setInterval>>();
  readonly #signing = new OneAtATime(() => this.#signRecord().catch((error: unknown) => this.report(error)));
  #open: OpenLobby<Client> | null = null;
  #record = "";
  #holdTimer: ReturnType<typeof setTimeout> | undefined;
  #ackTimer: ReturnType<typeof setTimeout> | undefined;
  #renewTimer: ReturnType<typeof setInterval> | undefined;
  #idleTimer: ReturnType<typeof setInterval> | undefined;
  #heardAtMs = this.settings.clock.nowMs();

  override async onCreate(options: unknown): Promise<void> {
    const { idleMs, maxLobbies, tokenLifeMs } = this.settings;
    const reopening = isReopening(options) ? parseReopenRequest(options) : null;
    const request = reopening === null ? parseCreateRequest(options) : null;
    if (tally.lobbies >= maxLobbies) {
      throw refusal(LobbyErrorCode.SERVER_FULL, `this server holds ${maxLobbies} lobbies, its limit`);
    }
    tally.lobbies += 1;
    try {
      // Nobody comes in through Colyseus' own matchmaking: a lobby is joined by its code alone.
      await this.setPrivate(true);
      this.metadata = { listing: null } satisfies LobbyRoomMetadata;
      const lobby =
        request === null
          ? await lostLobby(reopening as NonNullable<typeof reopening>, this.#papers)
          : await newLobby(request, this.#papers, this.settings);
      this.#record = await this.#papers.signRecord(lobby);
      this.roomId = lobby.code;
      this.#open = new OpenLobby(lobby, this.#papers, this.settings, (change) => this.#changed(change));
      for (const seat of reopening === null ? [] : this.#open.reopen(reopening.members)) this.#hold(seat);
    } catch (error) {
      tally.lobbies -= 1;
      throw error;
    }
    this.#renewTimer = setInterval(() => {
      this.#signing.soon(0);
      for (const member of this.#lobby.roster.members()) void this.#renew(member);
    }, tokenLifeMs / 2).unref();
    if (idleMs !== null) this.#idleTimer = setInterval(() => this.#closeIfIdle(idleMs), idleMs / 4).unref();
  }

  /** While the room is there, so is its lobby. */
  get #lobby(): OpenLobby<Client> {
    if (this.#open === null) throw new Error("this room has no lobby");
    return this.#open;
  }

  /** What went through this lobby's relay so far. */
  get relayed(): { readonly packets: number; readonly bytes: number } {
    return this.#relay.carried;
  }

  override async onJoin(client: Client, options: unknown): Promise<void> {
    const member = await this.#admit(client, options);
    this.watch(client);
    if (member === null) return;
    const { hosts, isOpened, isPresent, record } = this.#lobby;
    // Where everybody looks it up it can be found by now.
    if (!isOpened) releaseCode(record.code);
    if (hosts.sat(member.peerId, isPresent(hosts.hostId))) this.#tellHost(member.peerId);
    tally.members += 1;
    tally.joins += 1;
    this.#broadcast("joined", { member: { peerId: member.peerId, profile: member.profile } }, member.peerId);
    this.#publish();
    await this.#welcome(member);
  }

  override onLeave(client: Client, code?: number): void {
    this.#relayComing.delete(client);
    this.#relay.left(client);
    const member = this.#open?.roster.memberOn(client);
    if (member === undefined || code === CloseCode.SERVER_SHUTDOWN) return;
    this.#depart(member, code === CloseCode.CONSENTED ? "left" : "lost");
  }

  override onDispose(): void {
    clearTimeout(this.#holdTimer);
    clearTimeout(this.#ackTimer);
    clearInterval(this.#renewTimer);
    clearInterval(this.#idleTimer);
    for (const timer of this.#iceTimers.values()) clearInterval(timer);
    this.#signing.cancel();
    if (this.#open === null) return;
    tally.lobbies -= 1;
    tally.members -= this.#open.roster.present;
    this.#open = null;
    if (this.roomId !== undefined) releaseCode(this.roomId);
    matchMaker.presence.publish(LIST_TOPIC, "gone");
  }

  protected override receive(client: Client, type: unknown, message: unknown): void {
    this.#heardAtMs = this.settings.clock.nowMs();
    const sender = this.#open?.roster.memberOn(client);
    if (sender === undefined) {
      if (this.#relay.has(client) || this.#relayComing.has(client))
        this.misbehaved(client, "the relay takes packets alone");
      return;
    }
    const parsed = parseClientMessage(type, message);
    if (!parsed.ok) {
      this.misbehaved(client, typeof parsed.error === "string" ? parsed.error : wordsOf(parsed.error));
      return;
    }
    this.#handlers[parsed.type](sender, parsed.message as never);
  }

  protected override carry(client: Client, frame: Buffer): boolean {
    return this.#relay.carry(client, frame);
  }

  protected override confirmed(client: Client): void {
    const peerId = this.#relayComing.get(client);
    if (peerId === undefined || !this.#relayComing.delete(client)) return;
    if (this.#lobby.roster.seatOf(peerId) === undefined) client.leave();
    else this.#relay.open(peerId, client);
  }

  /** A client that broke a rule has no seat to come back to. */
  protected override misbehaved(client: Client, reason: string): void {
    const member = this.#open?.roster.memberOn(client);
    if (member !== undefined) this.#expel(member);
    this.#relay.left(client);
    super.misbehaved(client, reason);
  }

  readonly #handlers: {
    readonly [Type in keyof ClientMessages]: (sender: Member<Client>, message: ClientMessages[Type]) => void;
  } = {
    signal: ({ peerId, seat }, { to, signal }) => {
      seat.line.hear();
      this.#acknowledge(seat);
      const receiver = this.#lobby.roster.seatOf(to);
      if (receiver === undefined || receiver === seat) return;
      const message = { from: peerId, signal };
      receiver.line.keep(message);
      const member = this.#lobby.roster.get(to);
      if (member !== undefined) this.#tell(member, "signal", message);
    },
    ack: ({ connection, seat }, { received }) => {
      // It has its welcome, and with it a newer token: whoever has an older one is another page, which it has replaced.
      seat.seen = seat.issued;
      if (!seat.line.acknowledged(received)) this.misbehaved(connection, "has read more signals than there were");
    },
    lock: (sender, { locked }) => {
      if (!this.#isHost(sender)) return;
      this.#lobby.change({ locked });
      this.#broadcast("lock", { locked });
    },
    kick: (sender, { peerId }) => {
      if (!this.#isHost(sender) || peerId === sender.peerId) return;
      const kicked = this.#lobby.roster.get(peerId);
      this.#lobby.ban(peerId);
      this.#forget(peerId);
      this.#keepWhileHeld();
      const notice = { peerId, reason: "kicked", hostId: this.#lobby.hosts.hostId } as const;
      this.#broadcast("left", notice);
      if (kicked !== undefined) {
        this.tell(kicked.connection, "left", notice);
        this.dismiss(kicked.connection, LobbyErrorCode.KICKED, "the host removed this player");
      }
      this.#recount();
      this.#publish();
    },
    metadata: (sender, { metadata }) => {
      if (!this.#isHost(sender)) return;
      this.#lobby.change({ metadata });
      this.#broadcast("metadata", { metadata });
    },
    profile: (sender, { profile }) => {
      sender.profile = profile;
      this.#broadcast("profile", { peerId: sender.peerId, profile });
    },
    host: (sender, vote) => {
      const { hosts, isPresent, roster } = this.#lobby;
      if (hosts.vote(sender.peerId, vote, isPresent, roster.present)) this.#tellHost();
    },
  };

  /** `null` if it is a socket for the relay. Nothing is awaited between the checks and the sitting down. */
  async #admit(client: Client, options: unknown): Promise<Member<Client> | null> {
    const lobby = this.#lobby;
    if (isReopening(options)) {
      const { gameId, profile, protocolVersion, token } = parseReopenRequest(options);
      return this.#sitAgain(client, { protocolVersion, gameId, profile }, token);
    }
    if (!lobby.isOpened && !lobby.isReopened) {
      // The first to come is who asked for the lobby: nobody else can know its code yet.
      return lobby.roster.sit(lobby.roster.newSeat(1), parseCreateRequest(options).profile, client);
    }
    const request = parseJoinRequest(options);
    const { code, gameId } = lobby.record;
    if (request.gameId !== gameId) {
      throw refusal(LobbyErrorCode.WRONG_VERSION, `lobby ${code} plays ${gameId}, not ${request.gameId}`);
    }
    if (request.token !== undefined) return this.#sitAgain(client, request, request.token);
    return lobby.roster.sit(lobby.newcomer(request), request.profile, client);
  }

  /** Somebody brings a token. */
  async #sitAgain(client: Client, request: JoinRequest, token: string): Promise<Member<Client> | null> {
    const claims = await this.#papers.readSeat(token);
    const seat = this.#lobby.seatFor(claims, request.gameId);
    const { peerId } = seat;
    if (request.relay === true) {
      if (!this.settings.relay) throw refusal(LobbyErrorCode.WRONG_STATE, "this server relays nothing");
      this.#relayComing.set(client, peerId);
      return null;
    }
    const older = this.#lobby.roster.get(peerId);
    if (request.leaves === true) {
      this.#giveUp(peerId, older);
      throw refusal(LobbyErrorCode.UNKNOWN_SEAT, `peer ${peerId} gave its seat in lobby ${this.roomId} back`);
    }
    if (older !== undefined) {
      this.#depart(older, "lost");
      this.dismiss(older.connection, LobbyErrorCode.REPLACED, "this seat was taken again from elsewhere");
    }
    seat.seen = Math.max(seat.seen, (claims as SeatClaims).incarnation);
    const isSamePage = request.resume !== undefined && seat.line.acknowledged(request.resume.received);
    if (!isSamePage) {
      seat.line = new SeatLine();
      this.#relay.close(peerId);
    }
    const member = this.#lobby.roster.sit(seat, request.profile, client);
    member.isResumed = isSamePage;
    this.#keepWhileHeld();
    return member;
  }

  /** A player left who could not say so then. The server may not have noticed yet that it is gone. */
  #giveUp(peerId: number, older: Member<Client> | undefined): void {
    if (older === undefined) {
      this.#forget(peerId);
      this.#keepWhileHeld();
    } else {
      this.#depart(older, "left");
      this.dismiss(older.connection, LobbyErrorCode.REPLACED, "this player left from elsewhere");
    }
    this.#lobby.voidSeat(peerId);
    this.#publish();
  }

  #depart(member: Member<Client>, reason: "left" | "lost", keepsSeat = reason === "lost"): void {
    if (reason === "left") this.#relay.closeSoon(member.peerId);
    this.#forget(member.peerId);
    if (keepsSeat) this.#hold(member.seat);
    else this.#keepWhileHeld();
    if (!keepsSeat) this.#lobby.voidSeat(member.peerId);
    this.#broadcast("left", { peerId: member.peerId, reason, hostId: this.#lobby.hosts.hostId });
    this.#recount();
    this.#publish();
  }

  /** A player who forgot a page in a tab keeps no lobby open for ever. */
  #closeIfIdle(idleMs: number): void {
    if (this.#lobby.roster.present > 1 || this.settings.clock.nowMs() - this.#heardAtMs < idleMs) return;
    for (const member of [...this.#lobby.roster.members()]) {
      this.#expel(member);
      this.dismiss(member.connection, LobbyErrorCode.IDLE, "nothing happened in this lobby for too long");
    }
  }

  /** Lets a member go that may not come back. */
  #expel(member: Member<Client>): void {
    this.#lobby.ban(member.peerId);
    this.#depart(member, "lost", false);
  }

  /** Nobody sits here any more. */
  #forget(peerId: number): void {
    const member = this.#lobby.roster.get(peerId);
    if (member !== undefined) {
      tally.members -= 1;
      clearInterval(this.#iceTimers.get(member));
      this.#iceTimers.delete(member);
    }
    this.#lobby.forget(peerId);
  }

  #hold(seat: RosterSeat): void {
    this.#lobby.roster.hold(seat);
    clearTimeout(this.#holdTimer);
    const { seatHoldMs } = this.#lobby.record;
    this.#holdTimer = setTimeout(() => this.#keepWhileHeld(), seatHoldMs + 100);
    this.#keepWhileHeld();
  }

  /** While a seat is held the lobby stays, even with nobody in it. */
  #keepWhileHeld(): void {
    this.autoDispose = this.#lobby.roster.held === 0;
    this.#relay.keepOnly((peerId) => this.#lobby.roster.seatOf(peerId) !== undefined);
  }

  #isHost(sender: Member<Client>): boolean {
    if (sender.peerId === this.#lobby.hosts.hostId) return true;
    this.#expel(sender);
    this.dismiss(sender.connection, LobbyErrorCode.NOT_HOST, "only the host may do this");
    return false;
  }

  /** Whether those who are left agree on a host now. */
  #recount(): void {
    const { hosts, isPresent, roster } = this.#lobby;
    if (hosts.count(isPresent, roster.present)) this.#tellHost();
  }

  #tellHost(except?: number): void {
    const { hostId, term } = this.#lobby.hosts;
    this.#lobby.change({ hostId, hostTerm: term });
    this.#broadcast("host", { hostId, term }, except);
  }

  /** What is on record has changed, and soon the members have it signed. */
  #changed(change: Partial<LobbyRecord>): void {
    this.#signing.soon(RECORD_REFRESH_MS);
    if ("locked" in change || "metadata" in change) this.#publish();
  }

  async #signRecord(): Promise<void> {
    if (this.#open === null) return;
    this.#record = await this.#papers.signRecord(this.#open.record);
    if (this.#open !== null) this.#broadcast("record", { record: this.#record });
  }

  async #renew(member: Member<Client>): Promise<void> {
    const token = await this.#lobby.sign(member, false);
    if (this.#isHere(member)) this.#tell(member, "seat", { token });
  }

  #isHere(member: Member<Client>): boolean {
    return this.#open !== null && this.#open.roster.get(member.peerId) === member;
  }

  /** Tells all there is to tell, and from then on what changes. */
  async #welcome(member: Member<Client>): Promise<void> {
    const token = await this.#lobby.sign(member, true);
    // It left, or was removed, before it was in.
    if (!this.#isHere(member)) return;
    const { code, name, maxPeers, isPublic, locked, metadata, seatHoldMs } = this.#lobby.record;
    const { line, peerId } = member.seat;
    member.isWelcome = true;
    this.#tell(member, "welcome", {
      seat: { code, peerId, token },
      record: this.#record,
      instance: this.#instance,
      resumed: member.isResumed ? line.acknowledge() : null,
      code,
      name,
      maxPeers,
      isPublic,
      hostId: this.#lobby.hosts.hostId,
      hostTerm: this.#lobby.hosts.term,
      locked,
      metadata,
      seatHoldMs,
      hasRelay: this.settings.relay,
      members: Array.from(this.#lobby.roster.members(), ({ peerId, profile }) => ({ peerId, profile })),
      iceServers: iceServersFor(this.settings),
    });
    for (const signal of line.unread()) this.#tell(member, "signal", signal);
    const lastMs = iceServersLastMs(this.settings);
    if (lastMs === null) return;
    const timer = setInterval(() => {
      this.#tell(member, "ice-servers", { iceServers: iceServersFor(this.settings) });
    }, lastMs).unref();
    this.#iceTimers.set(member, timer);
  }

  /** Says how many signals were read, if that is due, or sees to it that it will be. */
  #acknowledge({ line, peerId }: RosterSeat): void {
    if (line.unacknowledged >= LobbyLimits.signalsPerAck) {
      const member = this.#lobby.roster.get(peerId);
      if (member !== undefined) this.#tell(member, "ack", { received: line.acknowledge() });
      return;
    }
    this.#ackTimer ??= setTimeout(() => {
      this.#ackTimer = undefined;
      for (const member of this.#lobby.roster.members()) {
        const { line } = member.seat;
        if (line.unacknowledged > 0 && member.isWelcome) this.#tell(member, "ack", { received: line.acknowledge() });
      }
    }, LobbyLimits.ackAfterMs).unref();
  }

  #broadcast<Type extends keyof ServerMessages & string>(
    type: Type,
    message: ServerMessages[Type],
    except?: number,
  ): void {
    for (const member of this.#lobby.roster.members()) if (member.peerId !== except) this.#tell(member, type, message);
  }

  #tell<Type extends keyof ServerMessages & string>(
    member: Member<Client>,
    type: Type,
    message: ServerMessages[Type],
  ): void {
    // What comes before the welcome is in it, or comes after it.
    if (member.isWelcome) this.tell(member.connection, type, message);
  }

  /** Brings the public list up to date, in every process. */
  #publish(): void {
    if (this.#open === null || !this.#open.record.isPublic) return;
    this.setMetadata({ listing: this.#open.listing })
      .then(() => matchMaker.presence.publish(LIST_TOPIC, "changed"))
      .catch((error: unknown) => this.report(error));
  }
}
