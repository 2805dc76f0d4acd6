import type { RandomSource } from "../base/random.ts";
import { Ring } from "../base/ring.ts";
import type { Signal } from "../signalling/signaller.ts";
import { type Admission, askToJoin, type ServerAccess, type Welcome } from "./admission.ts";
import { ColyseusSignaller } from "./colyseus-signaller.ts";
import { isLobbyError, type LobbyError } from "./lobby-error.ts";
import { Outbox } from "./outbox.ts";
import { Pauses } from "./pauses.ts";
import {
  type ClientMessages,
  type JoinRequest,
  LOBBY_PROTOCOL_VERSION,
  LobbyErrorCode,
  type Metadata,
  type ServerMessages,
} from "./protocol.ts";
import type { RoomObserver, RoomSocket } from "./room-socket.ts";

/** What happened on the link, for the lobby to act on in its poll. */
export type Notice =
  | {
      [Type in keyof ServerMessages]: { readonly kind: Type; readonly message: ServerMessages[Type] };
    }[keyof ServerMessages]
  | { readonly kind: "lost"; readonly reason: string }
  /** The server runs, and knows nothing of this lobby or of this seat. */
  | { readonly kind: "gone"; readonly reason: string }
  /** The server ended it. */
  | { readonly kind: "ended"; readonly code: LobbyErrorCode; readonly reason: string };

/** Notices that may wait for a poll. A page that is hidden for long misses some 30 joins and leaves, not a thousand. */
const MAX_NOTICES = 1_024;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 15_000;

/** Refusals after which trying again is of no use: the lobby, or the seat in it, is no more. */
const FINAL: ReadonlySet<LobbyErrorCode> = new Set([
  LobbyErrorCode.UNKNOWN_CODE,
  LobbyErrorCode.UNKNOWN_SEAT,
  LobbyErrorCode.WRONG_VERSION,
  LobbyErrorCode.INVALID_OPTIONS,
]);

export type LinkState = "open" | "lost" | "gone" | "ended";

/** A lobby's line to its server: keeps the seat, comes back to it when the socket is lost, feeds the signaller. */
export class LobbyLink implements RoomObserver {
  readonly signaller: ColyseusSignaller;
  wake: (() => void) | null = null;
  readonly #access: ServerAccess;
  readonly #gameId: string;
  readonly #pauses: Pauses;
  readonly #outbox: Outbox;
  readonly #notices = new Ring<Notice>();
  #socket: RoomSocket | null;
  #welcome: Welcome;
  #profile: Metadata;
  #state: LinkState = "open";
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #retryAtMs = 0;
  /** The try that runs, if one does. Never rejects. */
  #trying: Promise<void> = Promise.resolve();

  constructor(admission: Admission, access: ServerAccess, gameId: string, profile: Metadata, random: RandomSource) {
    this.#access = access;
    this.#gameId = gameId;
    this.#profile = profile;
    this.#pauses = new Pauses(FIRST_PAUSE_MS, LONGEST_PAUSE_MS, random);
    this.#outbox = new Outbox(access.clock, (type, message) => this.#socket?.send(type, message));
    this.#welcome = admission.welcome;
    this.#socket = admission.socket;
    const { seat, iceServers } = admission.welcome;
    this.signaller = new ColyseusSignaller(seat.peerId, iceServers, {
      carry: (to, signal) => this.#carry(to, signal),
      overflow: () => this.#drop("more signals came than were taken"),
      farewell: () => this.leave(),
    });
    this.#listen(admission);
  }

  get state(): LinkState {
    return this.#state;
  }

  /** Milliseconds until the next try to come back; 0 while one runs, or none is planned. */
  get retryInMs(): number {
    return this.#retryTimer === undefined ? 0 : Math.max(0, this.#retryAtMs - this.#access.clock.nowMs());
  }

  /** Ends the pause before the next try, if one is on. */
  retry(): void {
    if (this.#retryTimer === undefined) return;
    clearTimeout(this.#retryTimer);
    this.#retryTimer = undefined;
    this.#trying = this.#tryAgain();
  }

  /**
   * Lets the try that runs end, and plans no other, so that the lobby can move to another admission: a try that ended later
   * would take the seat from under it. False if it came back by that try.
   */
  async standStill(): Promise<boolean> {
    this.#cancelRetry();
    await this.#trying;
    this.#cancelRetry();
    return this.#state !== "open";
  }

  /** Goes on trying, after `standStill`. */
  resume(): void {
    if (this.#state === "lost" && this.#retryTimer === undefined) this.#tryLater();
  }

  next(): Notice | undefined {
    return this.#notices.shift();
  }

  /** False, and nothing is sent, while the link is not open. */
  send<Type extends keyof ClientMessages>(type: Type, message: ClientMessages[Type]): boolean {
    if (this.#state !== "open") return false;
    if (type === "profile") this.#profile = (message as ClientMessages["profile"]).profile;
    if (!this.#outbox.push(type, message)) this.#drop("more was sent than the lobby server takes");
    return true;
  }

  /** Goes on with another admission: the lobby was published again. */
  adopt(admission: Admission): void {
    this.#cancelRetry();
    this.#state = "open";
    this.#welcome = admission.welcome;
    this.#socket = admission.socket;
    if (!this.signaller.comeUp(admission.welcome.iceServers)) {
      this.#drop("too many signals are unread");
      return;
    }
    // Not before: a page that does not read would sit down again once a second.
    this.#pauses.reset();
    this.#note({ kind: "welcome", message: admission.welcome });
    this.#listen(admission);
  }

  /** Says goodbye and holds nothing any more. */
  leave(): void {
    if (this.#state === "ended") return;
    const socket = this.#socket;
    this.#end();
    socket?.leave();
  }

  onMessage(type: string, message: unknown): void {
    switch (type) {
      case "signal": {
        const { from, signal } = message as ServerMessages["signal"];
        this.signaller.hear(from, signal);
        return;
      }
      case "joined":
        this.signaller.introduce((message as ServerMessages["joined"]).member.peerId);
        break;
      case "left":
        this.#missed(message as ServerMessages["left"]);
        break;
      case "lock":
      case "metadata":
      case "profile":
      case "refused":
        break;
      default:
        // From a newer server: nothing that this version needs.
        return;
    }
    this.#note({ kind: type, message } as Notice);
  }

  onClosed(reason: string, refusal: LobbyError | null): void {
    this.#socket = null;
    this.#outbox.clear();
    if (refusal === null) {
      this.#lost(reason);
      return;
    }
    if (refusal.code !== LobbyErrorCode.KICKED) this.signaller.goDown(reason);
    this.#end();
    this.#note({ kind: "ended", code: refusal.code, reason });
  }

  #missed({ peerId, reason }: ServerMessages["left"]): void {
    if (peerId !== this.signaller.localId) this.signaller.miss(peerId, reason);
    else if (reason === "kicked") this.signaller.kicked();
  }

  #listen({ socket, welcome, early }: Admission): void {
    for (const { peerId } of welcome.members) this.signaller.introduce(peerId);
    for (const { type, message } of early) this.onMessage(type, message);
    socket.observe(this);
  }

  #carry(to: number, signal: Signal): void {
    this.send("signal", { to, signal });
  }

  #note(notice: Notice): void {
    if (this.#notices.length >= MAX_NOTICES && this.#state === "open") {
      this.#drop("more happened in the lobby than was polled");
      return;
    }
    this.#notices.push(notice);
    this.wake?.();
  }

  #drop(reason: string): void {
    const socket = this.#socket;
    this.#socket = null;
    this.#outbox.clear();
    socket?.drop(reason);
    if (this.#state === "open") this.#lost(reason);
  }

  #lost(reason: string): void {
    if (this.#state !== "open") return;
    this.#state = "lost";
    this.signaller.goDown(reason);
    this.#note({ kind: "lost", reason });
    this.#tryLater();
  }

  #tryLater(): void {
    const pauseMs = this.#pauses.nextMs();
    this.#retryAtMs = this.#access.clock.nowMs() + pauseMs;
    this.#retryTimer = setTimeout(() => {
      this.#retryTimer = undefined;
      this.#trying = this.#tryAgain();
    }, pauseMs);
  }

  #cancelRetry(): void {
    clearTimeout(this.#retryTimer);
    this.#retryTimer = undefined;
  }

  async #tryAgain(): Promise<void> {
    const request: JoinRequest = {
      protocolVersion: LOBBY_PROTOCOL_VERSION,
      gameId: this.#gameId,
      profile: this.#profile,
      seat: this.#welcome.seat,
    };
    try {
      const admission = await askToJoin(this.#access, this.#welcome.code, request);
      if (this.#state === "lost") this.adopt(admission);
      else admission.socket.leave();
    } catch (error) {
      if (this.#state !== "lost") return;
      if (isLobbyError(error) && FINAL.has(error.code)) {
        this.#state = "gone";
        this.#note({ kind: "gone", reason: error.message });
      } else {
        this.#tryLater();
      }
    }
  }

  #end(): void {
    this.#state = "ended";
    this.#socket = null;
    this.#outbox.clear();
    this.#cancelRetry();
  }
}
