import { drawHex } from "../base/draw-hex.ts";
import { EventSource } from "../base/events.ts";
import type { Pollable } from "../base/pollable.ts";
import type { RandomSource } from "../base/random.ts";
import { DisconnectReason } from "../multiplayer/disconnect-reason.ts";
import { isPeerId, MAX_PEER_ID } from "../multiplayer/multiplayer-peer.ts";
import type { WebRTCMultiplayerPeer } from "../multiplayer/web-rtc-multiplayer-peer.ts";
import type { MeshConnector } from "../signalling/mesh-connector.ts";
import { type Admission, askToCreate, askToJoin, type ServerAccess, type Welcome } from "./admission.ts";
import { checkMetadata, wrong } from "./check-options.ts";
import { readCode } from "./lobby-code.ts";
import { lobbyError } from "./lobby-error.ts";
import type { LobbyEvents } from "./lobby-events.ts";
import { LobbyFacts } from "./lobby-facts.ts";
import type { LobbyLink, Notice } from "./lobby-link.ts";
import {
  type ClientMessages,
  LOBBY_PROTOCOL_VERSION,
  LobbyErrorCode,
  type LobbyMember,
  type Metadata,
  type Seat,
  type ServerMessages,
} from "./protocol.ts";

/** `"open"`: all is well. `"lost"`: trying to come back. `"gone"`: the server forgot the lobby. `"ended"`: left or removed. */
export type LobbyState = "open" | "lost" | "gone" | "ended";

/** What a republished lobby is found by: its new code, and for each peer that was connected the seat to `reattach` with. */
export interface Republished {
  readonly code: string;
  readonly seats: ReadonlyMap<number, Seat>;
}

/** What a lobby is made of. Lobbies are made by `LobbyClient.create` and `join`. */
export interface LobbyParts {
  readonly access: ServerAccess;
  readonly gameId: string;
  readonly password: string | undefined;
  readonly random: RandomSource;
  readonly link: LobbyLink;
  readonly welcome: Welcome;
  readonly peer: WebRTCMultiplayerPeer;
  readonly connector: MeshConnector;
}

/**
 * The lobby that this player sits in. Poll it once a tick, and its `peer` after it: events and changes of state happen there
 * and nowhere else. It leaves by itself when the page goes away.
 */
export class Lobby extends EventSource<LobbyEvents> implements Pollable {
  /** The mesh of this lobby, with this player's id. Its connections open as it is polled. */
  readonly peer: WebRTCMultiplayerPeer;
  /** Opens the mesh's connections: tells how each pair is doing. */
  readonly connector: MeshConnector;
  readonly name: string;
  readonly localId: number;
  readonly maxPeers: number;
  readonly isPublic: boolean;
  wake: (() => void) | null = null;
  readonly #parts: LobbyParts;
  readonly #facts: LobbyFacts;
  readonly #onPageHide = (): void => this.leave();
  #state: LobbyState = "open";
  #isWoken = false;
  #isMoving = false;

  constructor(parts: LobbyParts) {
    super();
    const { welcome, link } = parts;
    this.#parts = parts;
    this.peer = parts.peer;
    this.connector = parts.connector;
    this.name = welcome.name;
    this.localId = welcome.seat.peerId;
    this.maxPeers = welcome.maxPeers;
    this.isPublic = welcome.isPublic;
    this.#facts = new LobbyFacts(welcome, (name, ...args) => {
      // A handler of the event before may have left.
      if (this.#state !== "ended") this.emit(name, ...args);
    });
    link.wake = () => this.#notify();
    if (typeof globalThis.addEventListener === "function") addEventListener("pagehide", this.#onPageHide);
  }

  get state(): LobbyState {
    return this.#state;
  }

  /** Five letters, to read out to others. Another one after `republish` or `reattach`. */
  get code(): string {
    return this.#facts.code;
  }

  get hostId(): number {
    return this.#facts.hostId;
  }

  get isHost(): boolean {
    return this.#facts.hostId === this.localId;
  }

  /** Everybody who is present, this player too, by id. While the server is lost: who was present last. */
  get members(): ReadonlyMap<number, LobbyMember> {
    return this.#facts.members;
  }

  /** While true, only players who have a seat already are let in. */
  get locked(): boolean {
    return this.#facts.locked;
  }

  get metadata(): Metadata {
    return this.#facts.metadata;
  }

  /** While `"lost"`: milliseconds until the next try; 0 while one runs. */
  get retryInMs(): number {
    return this.#parts.link.retryInMs;
  }

  /** Tries to come back now rather than after the pause. Does nothing unless a pause is on. */
  retry(): void {
    this.#parts.link.retry();
  }

  poll(): void {
    this.#isWoken = false;
    while (this.#state !== "ended") {
      const notice = this.#parts.link.next();
      if (notice === undefined) break;
      this.#apply(notice);
    }
    for (const peerId of this.#facts.awaited) {
      if (!this.peer.hasPeer(peerId)) this.#facts.forget(peerId, "lost");
    }
  }

  /** Says goodbye to the server and to every peer. What was sent before is delivered. Calling it again does nothing. */
  leave(): void {
    if (this.#state !== "ended") {
      this.#end();
      this.#parts.link.leave();
    }
    this.peer.close();
  }

  /** Host only: nobody new is let in, until `lock(false)`. Throws `not-host`, `not-connected`. */
  lock(locked = true): void {
    if (typeof locked !== "boolean") wrong(`lock: ${String(locked)} is no boolean`);
    this.#sendAsHost("lock", { locked });
  }

  /** Host only: removes a player, whose seat is void. Every peer closes its connection to it. Throws as `lock`. */
  kick(peerId: number): void {
    if (!isPeerId(peerId)) wrong(`kick: ${String(peerId)} is no peer id, a whole number from 1 to ${MAX_PEER_ID}`);
    if (peerId === this.localId) wrong(`kick: ${peerId} is this player itself: leave() instead`);
    this.#sendAsHost("kick", { peerId });
  }

  /** Host only: replaces what the list of lobbies shows. Throws as `lock`, and `invalid-options`. */
  setMetadata(metadata: Metadata): void {
    checkMetadata("metadata", metadata);
    this.#sendAsHost("metadata", { metadata });
  }

  /** Replaces what the others see of this player. Throws `not-connected`, `invalid-options`. */
  setProfile(profile: Metadata): void {
    checkMetadata("profile", profile);
    this.#send("profile", { profile });
  }

  /**
   * After `lobbyGone`: publishes this lobby again, under a new code, with everybody in their places, and this player as
   * host. Hand each of the other peers its seat and the code, over the game's own messages: they call `reattach`, within a
   * minute. Connections are not touched. Rejects as `LobbyClient.create` does; then try again.
   */
  republish(): Promise<Republished> {
    return this.#move("republish", ["gone"], async () => {
      const { access, gameId, random, password } = this.#parts;
      const seats = new Map<number, Seat>();
      for (const peerId of this.#connectedPeers()) seats.set(peerId, { peerId, secret: drawHex(random) });
      const own: Seat = { peerId: this.localId, secret: drawHex(random) };
      const admission = await askToCreate(access, {
        protocolVersion: LOBBY_PROTOCOL_VERSION,
        gameId,
        name: this.name,
        maxPeers: Math.max(this.maxPeers, seats.size + 1),
        isPublic: this.isPublic,
        ...(password !== undefined && { password }),
        metadata: this.#facts.metadata,
        profile: this.#facts.localProfile,
        seats: [own, ...seats.values()],
      });
      return { admission, result: { code: admission.welcome.code, seats } };
    });
  }

  /**
   * After `lobbyGone`, or while the server is lost: sits down in the lobby that the host published again. Rejects as
   * `LobbyClient.join` does, and with `unknown-seat` if the seat was not taken in time.
   */
  reattach(code: string, seat: Seat): Promise<void> {
    return this.#move("reattach", ["lost", "gone"], async () => {
      const { access, gameId } = this.#parts;
      const known = readCode(code);
      if (known === null) throw lobbyError(LobbyErrorCode.UNKNOWN_CODE, `reattach: ${code} is no lobby code`);
      if (seat.peerId !== this.localId) {
        const words = `reattach: the seat is peer ${seat.peerId}'s, this is peer ${this.localId}`;
        throw lobbyError(LobbyErrorCode.UNKNOWN_SEAT, words);
      }
      const request = { protocolVersion: LOBBY_PROTOCOL_VERSION, gameId, profile: this.#facts.localProfile, seat };
      return { admission: await askToJoin(access, known, request), result: undefined };
    });
  }

  #connectedPeers(): number[] {
    return [...this.peer.getPeers()].filter(([, { connected }]) => connected).map(([peerId]) => peerId);
  }

  async #move<Result>(
    name: string,
    states: readonly LobbyState[],
    ask: () => Promise<{ admission: Admission; result: Result }>,
  ): Promise<Result> {
    if (this.#isMoving || !states.includes(this.#state)) {
      const words = this.#isMoving ? "is moving already" : `is ${this.#state}, not ${states.join(" or ")}`;
      throw lobbyError(LobbyErrorCode.INVALID_OPTIONS, `${name}: lobby ${this.#facts.code} ${words}`);
    }
    const { link } = this.#parts;
    this.#isMoving = true;
    try {
      if (!(await link.standStill())) {
        throw lobbyError(LobbyErrorCode.INVALID_OPTIONS, `${name}: lobby ${this.#facts.code} came back by itself`);
      }
      const { admission, result } = await ask();
      if (link.state === "ended") {
        admission.socket.leave();
        throw lobbyError(LobbyErrorCode.NOT_CONNECTED, `${name}: the lobby was left meanwhile`);
      }
      for (const peerId of this.#connectedPeers()) if (this.#facts.members.has(peerId)) this.#facts.awaited.add(peerId);
      link.adopt(admission);
      return result;
    } finally {
      this.#isMoving = false;
      link.resume();
    }
  }

  #sendAsHost<Type extends keyof ClientMessages>(type: Type, message: ClientMessages[Type]): void {
    if (!this.isHost) {
      throw lobbyError(
        LobbyErrorCode.NOT_HOST,
        `${type}: peer ${this.#facts.hostId} is host, this is peer ${this.localId}`,
      );
    }
    this.#send(type, message);
  }

  #send<Type extends keyof ClientMessages>(type: Type, message: ClientMessages[Type]): void {
    if (this.#state !== "open" || !this.#parts.link.send(type, message)) {
      const words = this.#state === "ended" ? "was left" : "has no connection to its server";
      throw lobbyError(LobbyErrorCode.NOT_CONNECTED, `${type}: lobby ${this.#facts.code} ${words}`);
    }
  }

  #apply(notice: Notice): void {
    switch (notice.kind) {
      case "welcome":
        this.#comeBack(notice.message);
        break;
      case "joined":
        this.#facts.meet(notice.message.member);
        break;
      case "left":
        this.#miss(notice.message);
        break;
      case "lock":
        this.#facts.setLocked(notice.message.locked);
        break;
      case "metadata":
        this.#facts.setMetadata(notice.message.metadata);
        break;
      case "profile":
        this.#facts.setProfile(notice.message.peerId, notice.message.profile);
        break;
      case "lost":
        this.#state = "lost";
        this.emit("serverLost", notice.reason);
        break;
      case "gone":
        this.#state = "gone";
        this.emit("lobbyGone", notice.reason);
        break;
      case "ended":
        this.#ended(notice.code, notice.reason);
        break;
      case "refused":
      case "signal":
        break;
    }
  }

  #comeBack(welcome: Welcome): void {
    const facts = this.#facts;
    this.#state = "open";
    this.emit("serverBack");
    facts.refresh(welcome);
    if (this.isHost && facts.locked && !welcome.locked) this.#parts.link.send("lock", { locked: true });
  }

  #miss({ peerId, reason, hostId }: ServerMessages["left"]): void {
    // Who was kicked while out of the server's sight is known to no signaller, which would tell the connector.
    if (reason === "kicked" && this.peer.hasPeer(peerId)) {
      this.peer.disconnectPeer(peerId, false, DisconnectReason.KICKED);
    }
    this.#facts.forget(peerId, reason);
    this.#facts.setHost(hostId);
  }

  #ended(code: LobbyErrorCode, reason: string): void {
    this.#end();
    // The seat, and with it the peer id, is somebody else's now.
    if (code === LobbyErrorCode.REPLACED) this.peer.close();
    if (code === LobbyErrorCode.KICKED) this.emit("kicked", reason);
    else this.emit("removed", code, reason);
  }

  #end(): void {
    this.#state = "ended";
    if (typeof globalThis.removeEventListener === "function") removeEventListener("pagehide", this.#onPageHide);
  }

  #notify(): void {
    if (this.#isWoken) return;
    this.#isWoken = true;
    this.wake?.();
  }
}
