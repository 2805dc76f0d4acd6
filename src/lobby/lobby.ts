import { shown } from "../base/diagnostics.ts";
import { Emitter } from "../base/emitter.ts";
import { onPageBack, onPageLeft } from "../base/page-left.ts";
import { faultOfPeerId } from "../base/peer-id.ts";
import type { Pollable } from "../base/pollable.ts";
import { faultOfWhole } from "../base/whole.ts";
import { DisconnectReason } from "../multiplayer/disconnect-reason.ts";
import type { WebRTCMultiplayerPeer } from "../multiplayer/web-rtc-multiplayer-peer.ts";
import type { MeshConnector } from "../signalling/mesh-connector.ts";
import type { Welcome } from "./admission.ts";
import { checkMetadata, wrong } from "./check-options.ts";
import type { HostAction } from "./host-action.ts";
import { HOST_STAYS_MS } from "./limits.ts";
import { lobbyError } from "./lobby-error.ts";
import type { LobbyEvents } from "./lobby-events.ts";
import { LobbyFacts } from "./lobby-facts.ts";
import { LobbyHubs } from "./lobby-hubs.ts";
import type { Notice } from "./lobby-link.ts";
import type { LobbyParts, LobbyState } from "./lobby-parts.ts";
import {
  LobbyErrorCode,
  LobbyLimits,
  type LobbyMember,
  type LobbyShape,
  type Metadata,
  type Seat,
  type ServerMessages,
} from "./protocol.ts";
import { PAGE_LEFT } from "./room-socket.ts";

/**
 * The lobby that this player sits in. Poll it once a tick, and its `peer` after it: events and changes of state happen there
 * and nowhere else. It leaves by itself when the page goes away, unless the seat is kept (`rememberSeat`) for when it comes back.
 */
export class Lobby extends Emitter<LobbyEvents> implements Pollable {
  /** The mesh of this lobby, with this player's id. Its connections open as it is polled. */
  readonly peer: WebRTCMultiplayerPeer;
  /** Opens the mesh's connections: tells how each pair is doing. */
  readonly connector: MeshConnector;
  readonly name: string;
  readonly localId: number;
  readonly maxPeers: number;
  readonly isPublic: boolean;
  /** Who is connected to whom, as its maker chose. */
  readonly shape: LobbyShape;
  wake: (() => void) | null = null;
  readonly #parts: LobbyParts;
  readonly #facts: LobbyFacts;
  readonly #hubs: LobbyHubs;
  readonly #forgetPage: () => void;
  #forgetReturn = (): void => {};
  /** Its page was left, and is back. */
  #isBack = false;
  #state: LobbyState = "open";
  /** When the server last said who is host; `null`: nothing of it is left to tell. Unit: ms. */
  #hostSaidMs: number | null = null;
  #isWoken = false;

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
    this.shape = welcome.shape;
    this.#facts = new LobbyFacts(welcome, (name, ...args) => {
      this.#reviewHubs();
      // A handler of the event before may have left.
      if (this.#state !== "ended") this.emit(name, ...args);
    });
    this.#hubs = new LobbyHubs(parts.connector, this.#facts);
    link.wake = () => this.#notify();
    parts.keeper?.keep(link.seat);
    link.onSeat = (seat) => parts.keeper?.keep(seat);
    const forgets = [onPageLeft("goodbye", () => this.#awaitReturn())];
    // A page that may come back just goes: its seat is held.
    if (parts.keeper === null) forgets.push(onPageLeft("leave", () => this.#leave()));
    this.#forgetPage = () => {
      for (const forget of forgets) forget();
    };
  }

  get state(): LobbyState {
    return this.#state;
  }

  /** Five letters, to read out to others. */
  get code(): string {
    return this.#facts.code;
  }

  /** What `LobbyClient.comeBack` takes, the newest: whoever has it can be this player. */
  get seat(): Seat {
    return this.#facts.seat;
  }

  get hostId(): number {
    return this.#facts.hostId;
  }

  /** Of the members' last agreement on a host; 0: there was none. */
  get hostTerm(): number {
    return this.#facts.hostTerm;
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

  /**
   * In a star, whom everybody connects to, the best first: of those that `setHubs` named, who is present (while the server is lost: all of
   * them), or else the host. In a mesh `null`.
   */
  get hubs(): readonly number[] | null {
    return this.#hubs.ids;
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
    if (this.#isBack) {
      this.#isBack = false;
      if (this.state === "ended") this.emit("removed", LobbyErrorCode.NOT_CONNECTED, PAGE_LEFT);
    }
    for (const peerId of this.#facts.awaited) {
      if (!this.peer.hasPeer(peerId)) this.#facts.forget(peerId, "lost");
    }
    this.#tellHostStayed();
  }

  /**
   * Says goodbye to the server and to every peer. What was sent before is delivered. Calling it again does nothing. A server that
   * is out of reach hears it later, if that is within a minute; until then this player's seat counts as taken.
   */
  leave(): void {
    this.#forgetLeaving();
    this.#leave();
  }

  /**
   * Host only: nobody new is let in, until `lock(false)`. Throws `not-host`, and `not-connected` while `state` is not `"open"`. If the line
   * is lost by then, which only the next poll tells, it is asked for once that is back, or told by `notDone`.
   */
  lock(locked = true): void {
    if (typeof locked !== "boolean") wrong(`lock: ${shown(locked)} is no boolean`);
    this.#act({ type: "lock", locked });
  }

  /** Host only: removes a player, whose seat is void. Every peer closes its connection to it. Throws as `lock`. */
  kick(peerId: number): void {
    const fault = faultOfPeerId("peerId", peerId);
    if (fault !== null) wrong(`kick: ${fault}`);
    if (peerId === this.localId) wrong(`kick: ${peerId} is this player itself: leave() instead`);
    this.#act({ type: "kick", peerId });
  }

  /** Host only: replaces what the list of lobbies shows. Throws as `lock`, and `invalid-options`. */
  setMetadata(metadata: Metadata): void {
    checkMetadata("metadata", metadata);
    this.#act({ type: "metadata", metadata });
  }

  /** Replaces what the others see of this player. Throws `not-connected` while `state` is not `"open"`, `invalid-options`. */
  setProfile(profile: Metadata): void {
    checkMetadata("profile", profile);
    this.#checkOpen("setProfile");
    this.#parts.link.setProfile(profile);
  }

  /**
   * Says whom this player takes for host, since that term (a whole number from 1 on, higher than `hostTerm`). While the host that
   * the server knows merely stands in for one that is gone, it becomes host on whom most of those present agree: `hostChanged`.
   * From a host by right it makes that one host at once. Who said so before a `serverLost` says so again at `serverBack`. Throws
   * `not-connected` while `state` is not `"open"`, `invalid-options`.
   */
  proposeHost(hostId: number, term: number): void {
    const fault = faultOfPeerId("hostId", hostId) ?? faultOfWhole("term", term, 1, LobbyLimits.maxTerm);
    if (fault !== null) wrong(`proposeHost: ${fault}`);
    this.#checkOpen("proposeHost");
    this.#parts.link.vote(hostId, term);
  }

  /**
   * In a star, says whom this player takes for hubs: 1 to 16 ids, the best first, as all players should. `followHost` of `tickmesh/host`
   * does it. Throws `wrong-state` in a mesh, `not-connected` once the lobby was left, `invalid-options`.
   */
  setHubs(ids: readonly number[]): void {
    if (this.shape !== "star")
      throw lobbyError(LobbyErrorCode.WRONG_STATE, "setHubs: this lobby is a mesh, without hubs");
    if (this.#state === "ended") this.#refuse("setHubs");
    this.#hubs.set(ids, this.#state);
  }

  #act(action: HostAction): void {
    if (!this.isHost) {
      const words = `${action.type}: peer ${this.#facts.hostId} is host, this is peer ${this.localId}`;
      throw lobbyError(LobbyErrorCode.NOT_HOST, words);
    }
    this.#checkOpen(action.type);
    this.#parts.link.act(action);
  }

  #checkOpen(what: string): void {
    if (this.#state !== "open") this.#refuse(what);
  }

  #refuse(what: string): never {
    const words = this.#state === "ended" ? "was left" : "has no connection to its server";
    throw lobbyError(LobbyErrorCode.NOT_CONNECTED, `${what}: lobby ${this.#facts.code} ${words}`);
  }

  #apply(notice: Notice): void {
    switch (notice.kind) {
      case "welcome":
        this.#comeBack(notice.message, notice.isReopened);
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
      case "host":
        this.#facts.hostTerm = notice.message.term;
        this.#noteHostSaid();
        this.#facts.setHost(notice.message.hostId, notice.message.standsIn === true ? "stands-in" : "agreed");
        break;
      case "undone":
        this.emit("notDone", notice.action);
        break;
      case "seat":
        this.#facts.seat = { ...this.#facts.seat, token: notice.message.token };
        break;
      case "lost":
        this.#state = "lost";
        this.#reviewHubs();
        this.emit("serverLost", notice.reason);
        break;
      case "gone":
        this.#state = "gone";
        this.emit("lobbyGone", notice.reason);
        break;
      case "over":
        this.#end();
        break;
      case "ended":
        this.#ended(notice.code, notice.reason);
        break;
    }
  }

  #comeBack(welcome: Welcome, isReopened: boolean): void {
    const { link } = this.#parts;
    const facts = this.#facts;
    const wantedLock = link.wantedLock;
    const undone = link.takeUndone(welcome);
    this.#state = "open";
    // Whoever says at once whom it takes for host says so since a term above this.
    facts.hostTerm = welcome.hostTerm;
    this.#noteHostSaid();
    this.emit("serverBack");
    facts.refresh(welcome, isReopened ? this.#connectedPeers() : []);
    this.#reviewHubs();
    if (this.isHost && wantedLock === undefined && facts.locked && !welcome.locked) {
      undone.push({ type: "lock", locked: true });
    } else {
      facts.setLocked(welcome.locked);
    }
    for (const action of undone) {
      // A handler may have left.
      if (this.state === "ended") return;
      if (!this.isHost) this.emit("notDone", action);
      // If the line is lost again, it is among what was asked for in vain the next time.
      else link.act(action);
    }
  }

  #noteHostSaid(): void {
    this.#hostSaidMs = this.#parts.clock.nowMs();
  }

  #tellHostStayed(): void {
    if (this.#hostSaidMs === null || this.#state !== "open") return;
    if (this.#parts.clock.nowMs() - this.#hostSaidMs < HOST_STAYS_MS) return;
    this.#hostSaidMs = null;
    this.emit("hostStayed", this.#facts.hostId);
  }

  #connectedPeers(): number[] {
    return [...this.peer.getPeers()].filter(([, { connected }]) => connected).map(([peerId]) => peerId);
  }

  #miss({ peerId, reason, hostId }: ServerMessages["left"]): void {
    // Who was kicked while out of the server's sight is known to no signaller, which would tell the connector.
    if (reason === "kicked" && this.peer.hasPeer(peerId)) {
      this.peer.disconnectPeer(peerId, false, DisconnectReason.KICKED);
    }
    this.#facts.forget(peerId, reason);
    if (hostId !== this.#facts.hostId) this.#noteHostSaid();
    this.#facts.setHost(hostId, "stands-in");
  }

  #leave(): void {
    if (this.#state !== "ended") {
      this.#end();
      this.#parts.link.leave();
    }
    this.peer.close();
  }

  #ended(code: LobbyErrorCode, reason: string): void {
    this.#forgetLeaving();
    this.#end();
    // The seat, and with it the peer id, is somebody else's now.
    if (code === LobbyErrorCode.REPLACED) this.peer.close();
    if (code === LobbyErrorCode.KICKED) this.emit("kicked", reason);
    else this.emit("removed", code, reason);
  }

  #end(): void {
    this.#state = "ended";
    this.#parts.keeper?.forget();
    this.#parts.relay?.close();
    this.#forgetPage();
  }

  #reviewHubs(): void {
    if (this.shape === "star" && this.#state !== "ended") this.#hubs.review(this.#state);
  }

  /** The page is left. Whatever ends the lobby in the course of that, the game can hear of it only when the page is back. */
  #awaitReturn(): void {
    this.#forgetReturn();
    this.#forgetReturn = onPageBack(() => {
      this.#forgetReturn();
      this.#isBack = true;
      this.#notify();
    });
  }

  /** The game knows by now that it has left, or why it had to. */
  #forgetLeaving(): void {
    this.#forgetReturn();
    this.#isBack = false;
  }

  #notify(): void {
    if (this.#isWoken) return;
    this.#isWoken = true;
    this.wake?.();
  }
}
