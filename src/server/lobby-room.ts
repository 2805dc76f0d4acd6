import { type Client, CloseCode, matchMaker } from "@colyseus/core";
import {
  type ClientMessages,
  type JoinRequest,
  LobbyErrorCode,
  LobbyLimits,
  type LobbyMember,
  type ServerMessages,
} from "../lobby/protocol.ts";
import { GuardedRoom } from "./guarded-room.ts";
import { iceServersFor, iceServersLastMs } from "./ice-servers.ts";
import { releaseCode } from "./lobby-code.ts";
import { LIST_TOPIC, type LobbyRoomMetadata } from "./lobby-directory.ts";
import { lostLobby, newLobby } from "./lobby-making.ts";
import { parseClientMessage } from "./message-schema.ts";
import { OpenLobby } from "./open-lobby.ts";
import { Papers, type SeatClaims } from "./papers.ts";
import { dismissal, refusal } from "./refusal.ts";
import { RelayDesk } from "./relay-desk.ts";
import { isReopening, parseCreateRequest, parseJoinRequest, parseReopenRequest, wordsOf } from "./request-schema.ts";
import type { Member, RosterSeat } from "./roster.ts";
import { Rounds } from "./rounds.ts";
import { SeatLine } from "./seat-line.ts";
import { tally } from "./tally.ts";

/**
 * One lobby: who is present, who is host, the signals that its members send each other, and the packets of those who find no other
 * way. The room's id is the lobby's code. Define it on a Colyseus server under the name `LOBBY_ROOM`, or start one by
 * `startLobbyServer`.
 */
export class LobbyRoom extends GuardedRoom {
  static readonly #handlers: {
    readonly [Type in keyof ClientMessages]: (
      room: LobbyRoom,
      sender: Member<Client>,
      message: ClientMessages[Type],
    ) => void;
  } = {
    signal: (room, sender, { to, signal }) => {
      const { peerId, seat } = sender;
      seat.line.hear();
      // What the page keeps until then is bounded, and a socket that comes back says by its welcome what was read.
      if (seat.line.unacknowledged >= LobbyLimits.signalsPerAck) {
        room.#tell(sender, "ack", { received: seat.line.acknowledge() });
      }
      const receiver = room.#lobby.roster.seatOf(to);
      if (receiver === undefined || receiver === seat) return;
      const frame = room.frameOf("signal", { from: peerId, signal } satisfies ServerMessages["signal"]);
      receiver.line.keep(frame);
      const member = room.#lobby.roster.get(to);
      if (member?.isWelcome === true) room.tellFrame(member.connection, frame);
    },
    ack: (room, { connection, seat }, { received }) => {
      // It has its welcome, and with it a newer token: whoever has an older one is another page, which it has replaced.
      seat.seen = seat.issued;
      if (!seat.line.acknowledged(received)) room.misbehaved(connection, "has read more signals than there were");
    },
    lock: (room, sender, { locked }) => {
      if (!room.#mayAct(sender, { type: "lock" })) return;
      room.#lobby.change({ locked });
      // Who asked counts its answers; the others need to know the latest alone.
      room.#tell(sender, "lock", { locked });
      const { peerId } = sender;
      room.#lobby.bulletin.announce("lock", () =>
        room.#broadcast("lock", { locked: room.#lobby.record.locked }, peerId),
      );
    },
    kick: (room, sender, { peerId }) => {
      if (!room.#mayAct(sender, { type: "kick", peerId })) return;
      const kicked = room.#lobby.roster.get(peerId);
      const isSomebody = room.#lobby.roster.seatOf(peerId) !== undefined;
      room.#lobby.ban(peerId);
      const notice = { peerId, reason: "kicked", hostId: room.#lobby.hosts.hostId } as const;
      if (!isSomebody) {
        room.#tell(sender, "left", notice);
        return;
      }
      room.#forget(peerId);
      room.#keepWhileHeld();
      room.#broadcast("left", notice);
      if (kicked !== undefined) {
        room.tell(kicked.connection, "left", notice);
        room.dismiss(kicked.connection, LobbyErrorCode.KICKED, "the host removed this player");
      }
      room.#recount();
      room.#lobby.bulletin.list();
    },
    metadata: (room, sender, { metadata }) => {
      if (!room.#mayAct(sender, { type: "metadata" })) return;
      room.#lobby.change({ metadata });
      room.#tell(sender, "metadata", { metadata });
      const { peerId } = sender;
      room.#lobby.bulletin.announce("metadata", () => {
        room.#broadcast("metadata", { metadata: room.#lobby.record.metadata }, peerId);
      });
    },
    profile: (room, sender, { profile }) => {
      sender.seat.profile = profile;
      const { peerId } = sender;
      room.#lobby.bulletin.announce(`profile ${peerId}`, () => {
        if (room.#isHere(sender)) room.#broadcast("profile", { peerId, profile: sender.seat.profile });
      });
    },
    host: (room, sender, vote) => {
      const { hosts, isPresent, roster, bulletin } = room.#lobby;
      if (!hosts.vote(sender.peerId, vote, isPresent, roster.present)) return;
      room.#lobby.recordHost();
      bulletin.announce("host", () => room.#tellHost());
    },
  };

  static readonly #renewals = new Rounds<LobbyRoom>((room) => room.#renewPapers());
  static readonly #iceRenewals = new Rounds<LobbyRoom>((room) => room.#renewIceServers());
  static readonly #idleLooks = new Rounds<LobbyRoom>((room) => room.#closeIfIdle());

  #open: OpenLobby<Client> | null = null;
  /** Most lobbies need none. */
  #relay: RelayDesk | null = null;

  override async onCreate(options: unknown): Promise<void> {
    const { maxLobbies } = this.settings;
    const reopening = isReopening(options) ? parseReopenRequest(options) : null;
    const request = reopening === null ? parseCreateRequest(options) : null;
    if (tally.lobbies >= maxLobbies) {
      throw refusal(LobbyErrorCode.SERVER_FULL, `this server holds ${maxLobbies} lobbies, its limit`);
    }
    tally.lobbies += 1;
    const papers = Papers.of(this.settings);
    try {
      // Nobody comes in through Colyseus' own matchmaking: a lobby is joined by its code alone.
      await this.setPrivate(true);
      this.metadata = { listing: null } satisfies LobbyRoomMetadata;
      const lobby =
        request === null
          ? await lostLobby(reopening as NonNullable<typeof reopening>, papers)
          : await newLobby(request, papers, this.settings);
      this.roomId = lobby.code;
      this.#open = new OpenLobby(lobby, papers, this.settings, {
        hearers: () => this.#lobby.roster.present - 1,
        signRecord: () => this.#signRecord(),
        publish: () => this.#publish(),
      });
      for (const seat of reopening === null ? [] : this.#open.reopen(reopening.members)) this.#hold(seat);
    } catch (error) {
      tally.lobbies -= 1;
      throw error;
    }
    const { iceMs, idleLookMs, papersMs } = this.#pauses;
    LobbyRoom.#renewals.add(this, papersMs);
    if (iceMs !== null) LobbyRoom.#iceRenewals.add(this, iceMs);
    if (idleLookMs !== null) LobbyRoom.#idleLooks.add(this, idleLookMs);
  }

  /** While the room is there, so is its lobby. */
  get #lobby(): OpenLobby<Client> {
    if (this.#open === null) throw new Error("this room has no lobby");
    return this.#open;
  }

  /** How often it looks after what ends by itself. Unit: ms. */
  get #pauses(): { readonly papersMs: number; readonly iceMs: number | null; readonly idleLookMs: number | null } {
    const { idleMs, tokenLifeMs } = this.settings;
    return {
      papersMs: tokenLifeMs / 2,
      iceMs: iceServersLastMs(this.settings),
      idleLookMs: idleMs === null ? null : idleMs / 4,
    };
  }

  /** What went through this lobby's relay so far. */
  get relayed(): { readonly packets: number; readonly bytes: number } {
    return this.#relay?.carried ?? { packets: 0, bytes: 0 };
  }

  override onJoin(client: Client, options: unknown): void {
    const member = this.#admit(client, options);
    this.watch(client);
    if (member === null) return;
    this.#lobby.hear();
    const { hosts, isOpened, isPresent, record, roster } = this.#lobby;
    // Where everybody looks it up it can be found by now.
    if (!isOpened) releaseCode(record.code);
    const isAnother = hosts.sat(member.peerId, isPresent(hosts.hostId));
    if (hosts.count(isPresent, roster.present) || isAnother) this.#tellHost(member.peerId);
    tally.members += 1;
    tally.joins += 1;
    this.#broadcast("joined", { member: shownMember(member) }, member.peerId);
    this.#lobby.bulletin.list();
    this.#welcome(member);
  }

  override onLeave(client: Client, code?: number): void {
    this.#relay?.left(client);
    const member = this.#open?.roster.memberOn(client);
    if (member === undefined || code === CloseCode.SERVER_SHUTDOWN) return;
    // Players are connected to each other, and need say nothing here for hours: who is left over begins to be alone now.
    this.#lobby.hear();
    this.#depart(member, code === CloseCode.CONSENTED ? "left" : "lost");
  }

  override onDispose(): void {
    clearTimeout(this.#open?.holdTimer);
    this.#open?.bulletin.cancel();
    const { iceMs, idleLookMs, papersMs } = this.#pauses;
    LobbyRoom.#renewals.remove(this, papersMs);
    if (iceMs !== null) LobbyRoom.#iceRenewals.remove(this, iceMs);
    if (idleLookMs !== null) LobbyRoom.#idleLooks.remove(this, idleLookMs);
    if (this.#open === null) return;
    tally.lobbies -= 1;
    tally.members -= this.#open.roster.present;
    // Once somebody was in, a claim on the code is that of who opens the lobby again.
    if (!this.#open.isOpened) releaseCode(this.roomId);
    this.#open = null;
    matchMaker.presence.publish(LIST_TOPIC, "gone");
  }

  protected override receive(client: Client, type: unknown, message: unknown): void {
    this.#open?.hear();
    const sender = this.#open?.roster.memberOn(client);
    if (sender === undefined) {
      if (this.#relay?.has(client)) this.misbehaved(client, "the relay takes packets alone");
      return;
    }
    const parsed = parseClientMessage(type, message);
    if (!parsed.ok) {
      this.misbehaved(client, typeof parsed.error === "string" ? parsed.error : wordsOf(parsed.error));
      return;
    }
    LobbyRoom.#handlers[parsed.type](this, sender, parsed.message as never);
  }

  protected override carry(client: Client, frame: Buffer): boolean {
    return this.#relay?.carry(client, frame) ?? false;
  }

  protected override confirmed(client: Client): void {
    this.#relay?.confirmed(client, (peerId) => this.#lobby.roster.seatOf(peerId) !== undefined);
  }

  /** A client that broke a rule has no seat to come back to. */
  protected override misbehaved(client: Client, reason: string): void {
    const member = this.#open?.roster.memberOn(client);
    if (member !== undefined) this.#expel(member);
    this.#relay?.left(client);
    super.misbehaved(client, reason);
  }

  /** `null` if it is a socket for the relay. */
  #admit(client: Client, options: unknown): Member<Client> | null {
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
  #sitAgain(client: Client, request: JoinRequest, token: string): Member<Client> | null {
    const claims = Papers.of(this.settings).readSeat(token);
    const seat = this.#lobby.seatFor(claims, request.gameId);
    const { peerId } = seat;
    if (request.relay === true) {
      if (!this.settings.relay) throw refusal(LobbyErrorCode.WRONG_STATE, "this server relays nothing");
      this.#relay ??= new RelayDesk(this.settings);
      this.#relay.expect(client, peerId);
      return null;
    }
    const older = this.#lobby.roster.get(peerId);
    if (request.leaves === true) {
      this.#giveUp(peerId, older);
      throw dismissal(LobbyErrorCode.UNKNOWN_SEAT, `peer ${peerId} gave its seat in lobby ${this.roomId} back`);
    }
    if (older !== undefined) {
      this.#depart(older, "lost");
      this.dismiss(older.connection, LobbyErrorCode.REPLACED, "this seat was taken again from elsewhere");
    }
    seat.seen = Math.max(seat.seen, (claims as SeatClaims).incarnation);
    const isSamePage = request.resume !== undefined && seat.line.resume(request.resume.received);
    if (!isSamePage) {
      seat.line = new SeatLine();
      this.#relay?.close(peerId);
    }
    const member = this.#lobby.roster.sit(seat, request.profile, client);
    member.isResumed = isSamePage;
    this.#keepWhileHeld();
    return member;
  }

  /** A player left who could not say so then. The server may not have noticed yet that it is gone. */
  #giveUp(peerId: number, older: Member<Client> | undefined): void {
    if (older !== undefined) {
      this.#depart(older, "left");
      this.dismiss(older.connection, LobbyErrorCode.REPLACED, "this player left from elsewhere");
      return;
    }
    this.#forget(peerId);
    this.#keepWhileHeld();
    this.#lobby.voidSeat(peerId);
    this.#lobby.bulletin.list();
  }

  #depart(member: Member<Client>, reason: "left" | "lost", keepsSeat = reason === "lost"): void {
    if (reason === "left") this.#relay?.closeSoon(member.peerId);
    this.#forget(member.peerId);
    if (keepsSeat) this.#hold(member.seat);
    else this.#keepWhileHeld();
    if (!keepsSeat) this.#lobby.voidSeat(member.peerId);
    this.#broadcast("left", { peerId: member.peerId, reason, hostId: this.#lobby.hosts.hostId });
    this.#recount();
    this.#lobby.bulletin.list();
  }

  /** A player who forgot a page in a tab keeps no lobby open for ever. */
  #closeIfIdle(): void {
    if (this.#lobby.roster.present > 1 || this.#lobby.silentMs < (this.settings.idleMs ?? 0)) return;
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
    if (member !== undefined) tally.members -= 1;
    this.#lobby.forget(peerId);
  }

  #hold(seat: RosterSeat): void {
    const lobby = this.#lobby;
    lobby.roster.hold(seat);
    clearTimeout(lobby.holdTimer);
    const { seatHoldMs } = lobby.record;
    lobby.holdTimer = setTimeout(() => this.#keepWhileHeld(), seatHoldMs + 100);
    this.#keepWhileHeld();
  }

  /** While a seat is held the lobby stays, even with nobody in it. */
  #keepWhileHeld(): void {
    this.autoDispose = this.#lobby.roster.held === 0;
    this.#relay?.keepOnly((peerId) => this.#lobby.roster.seatOf(peerId) !== undefined);
  }

  /** Whether a member may do what only the host may. Else it is told so, and stays: it may not have heard yet that another is host. */
  #mayAct(sender: Member<Client>, undone: ServerMessages["undone"]): boolean {
    const { hosts } = this.#lobby;
    const { peerId } = undone;
    const isAllowed = peerId === undefined || (peerId !== sender.peerId && hosts.mayKick(peerId));
    if (sender.peerId === hosts.hostId && isAllowed) return true;
    this.#tell(sender, "undone", undone);
    return false;
  }

  /** Whether those who are left agree on a host now. */
  #recount(): void {
    const { hosts, isPresent, roster } = this.#lobby;
    if (hosts.count(isPresent, roster.present)) this.#tellHost();
  }

  #tellHost(except?: number): void {
    const { hostId, isAgreed, term } = this.#lobby.hosts;
    this.#lobby.recordHost();
    this.#broadcast("host", { hostId, term, ...(!isAgreed && { standsIn: true }) }, except);
  }

  #signRecord(): void {
    if (this.#open === null) return;
    this.#broadcast("record", { record: this.#open.signRecord() });
  }

  /** The record and the tokens end some day. */
  #renewPapers(): void {
    this.#lobby.bulletin.sign();
    for (const member of this.#lobby.roster.members()) {
      this.#tell(member, "seat", { token: this.#lobby.sign(member, false) });
    }
  }

  /** Each has credentials of its own. */
  #renewIceServers(): void {
    for (const member of this.#lobby.roster.members()) {
      this.#tell(member, "ice-servers", { iceServers: iceServersFor(this.settings) });
    }
  }

  #isHere(member: Member<Client>): boolean {
    return this.#open !== null && this.#open.roster.get(member.peerId) === member;
  }

  /** Tells all there is to tell, and from then on what changes. */
  #welcome(member: Member<Client>): void {
    const token = this.#lobby.sign(member, true);
    const { code, name, maxPeers, isPublic, shape, locked, metadata, seatHoldMs } = this.#lobby.record;
    const { line, peerId } = member.seat;
    member.isWelcome = true;
    this.#tell(member, "welcome", {
      seat: { code, peerId, token },
      record: this.#lobby.signedRecord,
      instance: this.#lobby.instance,
      resumed: member.isResumed ? line.acknowledge() : null,
      code,
      name,
      maxPeers,
      isPublic,
      shape,
      hostId: this.#lobby.hosts.hostId,
      hostTerm: this.#lobby.hosts.term,
      locked,
      metadata,
      seatHoldMs,
      hasRelay: this.settings.relay,
      members: Array.from(this.#lobby.roster.members(), shownMember),
      iceServers: iceServersFor(this.settings),
    });
    for (const frame of line.unread()) this.tellFrame(member.connection, frame);
  }

  #broadcast<Type extends keyof ServerMessages & string>(
    type: Type,
    message: ServerMessages[Type],
    except?: number,
  ): void {
    // What comes before somebody's welcome is in it, or comes after it.
    const members = [...this.#lobby.roster.members()].filter(({ isWelcome, peerId }) => isWelcome && peerId !== except);
    this.tellAll(
      members.map(({ connection }) => connection),
      type,
      message,
    );
  }

  #tell<Type extends keyof ServerMessages & string>(
    member: Member<Client>,
    type: Type,
    message: ServerMessages[Type],
  ): void {
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

function shownMember({ peerId, seat }: Member<Client>): LobbyMember {
  return { peerId, profile: seat.profile };
}
