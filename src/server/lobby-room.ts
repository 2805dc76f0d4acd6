import { type Client, CloseCode, matchMaker } from "@colyseus/core";
import {
  type ClientMessages,
  type CreateRequest,
  type JoinRequest,
  LobbyErrorCode,
  type LobbyListing,
  type Seat,
  type ServerMessages,
} from "../lobby/protocol.ts";
import { GuardedRoom } from "./guarded-room.ts";
import { claimCode, releaseCode } from "./lobby-code.ts";
import { LIST_TOPIC, type LobbyRoomMetadata } from "./lobby-directory.ts";
import { parseClientMessage } from "./message-schema.ts";
import { refusal } from "./refusal.ts";
import { parseCreateRequest, parseJoinRequest, wordsOf } from "./request-schema.ts";
import { type Member, Roster } from "./roster.ts";
import { sameSecret } from "./secret.ts";

/** Lobbies that this process holds. */
let openLobbies = 0;

/**
 * One lobby: who is present, who is host, and the signals that its members send each other. The room's id is the lobby's
 * code. Define it on a Colyseus server under the name `LOBBY_ROOM`, or start one by `startLobbyServer`.
 */
export class LobbyRoom extends GuardedRoom {
  readonly #roster: Roster<Client> = new Roster(this.settings.clock, this.settings.random, this.settings.seatHoldMs);
  #request: CreateRequest | null = null;
  #locked = false;
  #holdTimer: ReturnType<typeof setTimeout> | undefined;

  override async onCreate(options: unknown): Promise<void> {
    const request = parseCreateRequest(options);
    if (openLobbies >= this.settings.maxLobbies) {
      throw refusal(LobbyErrorCode.SERVER_FULL, `this server holds ${this.settings.maxLobbies} lobbies, its limit`);
    }
    openLobbies += 1;
    this.#request = request;
    // Nobody comes in through Colyseus' own matchmaking: a lobby is joined by its code alone.
    await this.setPrivate(true);
    this.metadata = { listing: null } satisfies LobbyRoomMetadata;
    this.roomId = await claimCode(this.settings.random);
  }

  override onJoin(client: Client, options: unknown): void {
    const member = this.#roster.hostId === 0 ? this.#open(client, options) : this.#admit(client, options);
    this.watch(client);
    this.#welcome(member);
    this.#broadcast("joined", { member: { peerId: member.peerId, profile: member.profile } }, member.peerId);
    this.#publish();
  }

  override onLeave(client: Client, code?: number): void {
    const member = this.#roster.memberOn(client);
    if (member === undefined || code === CloseCode.SERVER_SHUTDOWN) return;
    this.#depart(member, code === CloseCode.CONSENTED ? "left" : "lost");
  }

  override onDispose(): void {
    clearTimeout(this.#holdTimer);
    if (this.#request === null) return;
    this.#request = null;
    openLobbies -= 1;
    if (this.roomId !== undefined) releaseCode(this.roomId);
    matchMaker.presence.publish(LIST_TOPIC, "gone");
  }

  protected override receive(client: Client, type: unknown, message: unknown): void {
    const sender = this.#roster.memberOn(client);
    if (sender === undefined) return;
    const parsed = parseClientMessage(type, message);
    if (!parsed.ok) {
      this.misbehaved(client, typeof parsed.error === "string" ? parsed.error : wordsOf(parsed.error));
      return;
    }
    this.#handlers[parsed.type](sender, parsed.message as never);
  }

  /** A client that broke a rule has no seat to come back to. */
  protected override misbehaved(client: Client, reason: string): void {
    const member = this.#roster.memberOn(client);
    if (member !== undefined) this.#depart(member, "lost", false);
    super.misbehaved(client, reason);
  }

  readonly #handlers: {
    readonly [Type in keyof ClientMessages]: (sender: Member<Client>, message: ClientMessages[Type]) => void;
  } = {
    signal: (sender, { to, signal }) => {
      const receiver = this.#roster.get(to);
      if (receiver === undefined || receiver === sender) return;
      this.#tell(receiver, "signal", { from: sender.peerId, signal });
    },
    lock: (sender, { locked }) => {
      if (!this.#isHost(sender)) return;
      this.#locked = locked;
      this.#broadcast("lock", { locked });
      this.#publish();
    },
    kick: (sender, { peerId }) => {
      if (!this.#isHost(sender) || peerId === sender.peerId) return;
      const kicked = this.#roster.get(peerId);
      this.#roster.remove(peerId);
      this.#keepWhileHeld();
      const notice = { peerId, reason: "kicked", hostId: this.#roster.hostId } as const;
      this.#broadcast("left", notice);
      if (kicked !== undefined) {
        this.#tell(kicked, "left", notice);
        this.dismiss(kicked.connection, LobbyErrorCode.KICKED, "the host removed this player");
      }
      this.#publish();
    },
    metadata: (sender, { metadata }) => {
      if (!this.#isHost(sender) || this.#request === null) return;
      this.#request = { ...this.#request, metadata };
      this.#broadcast("metadata", { metadata });
      this.#publish();
    },
    profile: (sender, { profile }) => {
      sender.profile = profile;
      this.#broadcast("profile", { peerId: sender.peerId, profile });
    },
  };

  /** The first to come is who asked for the lobby: nobody else can know its code yet. */
  #open(client: Client, options: unknown): Member<Client> {
    const request = parseCreateRequest(options);
    const [own, ...others] = request.seats ?? [this.#roster.newSeat(1)];
    for (const seat of others) this.#hold(seat);
    return this.#roster.sit(own as Seat, request.profile, client);
  }

  #admit(client: Client, options: unknown): Member<Client> {
    const lobby = this.#request as CreateRequest;
    const request = parseJoinRequest(options);
    const code = this.roomId;
    if (request.gameId !== lobby.gameId) {
      throw refusal(LobbyErrorCode.WRONG_VERSION, `lobby ${code} plays ${lobby.gameId}, not ${request.gameId}`);
    }
    if (request.seat !== undefined) return this.#seatAgain(client, request, request.seat);
    if (this.#locked) throw refusal(LobbyErrorCode.LOCKED, `lobby ${code} is locked`);
    // Before the password: nobody shall look for it in vain.
    if (this.#roster.taken >= lobby.maxPeers) {
      const seats = `${this.#roster.taken} of ${lobby.maxPeers} seats are taken`;
      throw refusal(LobbyErrorCode.FULL, `lobby ${code} is full: ${seats}`);
    }
    if (lobby.password !== undefined && !sameSecret(request.password ?? "", lobby.password)) {
      const reason = request.password === undefined ? "needs a password" : "has another password";
      throw refusal(LobbyErrorCode.WRONG_PASSWORD, `lobby ${code} ${reason}`);
    }
    return this.#roster.sit(this.#roster.newSeat(), request.profile, client);
  }

  #seatAgain(client: Client, request: JoinRequest, seat: Seat): Member<Client> {
    if (!this.#roster.isSeat(seat)) {
      throw refusal(LobbyErrorCode.UNKNOWN_SEAT, `lobby ${this.roomId} keeps no such seat for peer ${seat.peerId}`);
    }
    const older = this.#roster.get(seat.peerId);
    if (request.leaves === true) {
      this.#giveUp(seat, older);
      throw refusal(LobbyErrorCode.UNKNOWN_SEAT, `peer ${seat.peerId} gave its seat in lobby ${this.roomId} back`);
    }
    if (older !== undefined) {
      this.#depart(older, "lost");
      this.dismiss(older.connection, LobbyErrorCode.REPLACED, "this seat was taken again from elsewhere");
    }
    const member = this.#roster.sit(seat, request.profile, client);
    this.#keepWhileHeld();
    return member;
  }

  /** A player left who could not say so then. The server may not have noticed yet that it is gone. */
  #giveUp(seat: Seat, older: Member<Client> | undefined): void {
    if (older === undefined) {
      this.#roster.remove(seat.peerId);
    } else {
      this.#depart(older, "left");
      this.dismiss(older.connection, LobbyErrorCode.REPLACED, "this player left from elsewhere");
    }
    this.#keepWhileHeld();
    this.#publish();
  }

  #depart(member: Member<Client>, reason: "left" | "lost", keepsSeat = reason === "lost"): void {
    this.#roster.remove(member.peerId);
    if (keepsSeat) this.#hold(member.seat);
    this.#broadcast("left", { peerId: member.peerId, reason, hostId: this.#roster.hostId });
    this.#publish();
  }

  #hold(seat: Seat): void {
    this.#roster.hold(seat);
    clearTimeout(this.#holdTimer);
    this.#holdTimer = setTimeout(() => this.#keepWhileHeld(), this.settings.seatHoldMs + 100);
    this.#keepWhileHeld();
  }

  /** While a seat is held the lobby stays, even with nobody in it. */
  #keepWhileHeld(): void {
    this.autoDispose = this.#roster.held === 0;
  }

  #isHost(sender: Member<Client>): boolean {
    if (sender.peerId === this.#roster.hostId) return true;
    this.#depart(sender, "lost", false);
    this.dismiss(sender.connection, LobbyErrorCode.NOT_HOST, "only the host may do this");
    return false;
  }

  #welcome(member: Member<Client>): void {
    const lobby = this.#request as CreateRequest;
    this.#tell(member, "welcome", {
      seat: member.seat,
      code: this.roomId,
      name: lobby.name,
      maxPeers: lobby.maxPeers,
      isPublic: lobby.isPublic,
      hostId: this.#roster.hostId,
      locked: this.#locked,
      metadata: lobby.metadata,
      members: Array.from(this.#roster.members(), ({ peerId, profile }) => ({ peerId, profile })),
      iceServers: this.settings.iceServers,
    });
  }

  #broadcast<Type extends keyof ServerMessages & string>(
    type: Type,
    message: ServerMessages[Type],
    except?: number,
  ): void {
    for (const member of this.#roster.members()) if (member.peerId !== except) this.#tell(member, type, message);
  }

  #tell<Type extends keyof ServerMessages & string>(
    member: Member<Client>,
    type: Type,
    message: ServerMessages[Type],
  ): void {
    this.tell(member.connection, type, message);
  }

  /** Brings the public list up to date, in every process. */
  #publish(): void {
    const lobby = this.#request;
    if (lobby === null || !lobby.isPublic) return;
    this.setMetadata({ listing: this.#roster.present === 0 ? null : this.#listing(lobby) })
      .then(() => matchMaker.presence.publish(LIST_TOPIC, "changed"))
      .catch((error: unknown) => this.report(error));
  }

  #listing(lobby: CreateRequest): LobbyListing {
    return {
      code: this.roomId,
      name: lobby.name,
      gameId: lobby.gameId,
      peers: this.#roster.present,
      maxPeers: lobby.maxPeers,
      hasPassword: lobby.password !== undefined,
      locked: this.#locked,
      metadata: lobby.metadata,
    };
  }
}
