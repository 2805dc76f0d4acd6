import { onPageBack } from "../base/page-left.ts";
import type { RandomSource } from "../base/random.ts";
import { Ring } from "../base/ring.ts";
import type { Admission, ServerAccess, Welcome } from "./admission.ts";
import { ColyseusSignaller } from "./colyseus-signaller.ts";
import { type HostAction, UnansweredActions } from "./host-action.ts";
import { KnownMembers } from "./known-members.ts";
import { LOBBY_LONGEST_PAUSE_MS, MAX_NOTICES } from "./limits.ts";
import { isFinal, isLobbyError, type LobbyError } from "./lobby-error.ts";
import { Outbox } from "./outbox.ts";
import { LOBBY_PROTOCOL_VERSION, LobbyErrorCode, type Metadata, type Seat, type ServerMessages } from "./protocol.ts";
import { comeBack, type ReturnRequest } from "./reopening.ts";
import { RetryTimer } from "./retry-timer.ts";
import type { RoomObserver, RoomSocket } from "./room-socket.ts";
import { returnSeat } from "./seat-return.ts";
import { SignalLog } from "./signal-log.ts";
import { isUrgent } from "./urgent.ts";

/** What happened on the link, for the lobby to act on in its poll. */
export type Notice =
  | {
      [Type in "joined" | "left" | "lock" | "metadata" | "profile" | "host" | "seat"]: {
        readonly kind: Type;
        readonly message: ServerMessages[Type];
      };
    }["joined" | "left" | "lock" | "metadata" | "profile" | "host" | "seat"]
  /** The server has not done what was asked for. */
  | { readonly kind: "undone"; readonly action: HostAction }
  /** Back on the seat. `isReopened`: in a lobby that was opened again, where others may be missing yet. */
  | { readonly kind: "welcome"; readonly message: Welcome; readonly isReopened: boolean }
  | { readonly kind: "lost"; readonly reason: string }
  /** The server runs, and knows nothing of this lobby or of this seat. */
  | { readonly kind: "gone"; readonly reason: string }
  /** The mesh was closed, and the lobby left with it. */
  | { readonly kind: "over" }
  /** The server ended it. */
  | { readonly kind: "ended"; readonly code: LobbyErrorCode; readonly reason: string };

export type LinkState = "open" | "lost" | "gone" | "ended";

/** A lobby's line to its server: keeps the seat, comes back to it when the socket is lost, feeds the signaller. */
export class LobbyLink implements RoomObserver {
  readonly signaller: ColyseusSignaller;
  wake: (() => void) | null = null;
  /** Told each new seat at once: who keeps it must not have an older one when the page goes. */
  onSeat: ((seat: Seat) => void) | null = null;
  /** Something is sent that is wanted soon: other sockets to this server may hang, too. */
  onHurry: (() => void) | null = null;
  readonly #access: ServerAccess;
  readonly #gameId: string;
  readonly #retry: RetryTimer;
  readonly #outbox: Outbox;
  readonly #unanswered = new UnansweredActions();
  readonly #notices = new Ring<Notice>();
  readonly #signals = new SignalLog((received) => this.#socket?.send("ack", { received }));
  readonly #known: KnownMembers;
  readonly #forgetPage: () => void;
  #hostId = 0;
  #seat: Seat;
  #record: string;
  #socket: RoomSocket | null;
  #welcome: Welcome;
  #profile: Metadata;
  #state: LinkState = "open";

  constructor(admission: Admission, access: ServerAccess, gameId: string, profile: Metadata, random: RandomSource) {
    this.#access = access;
    this.#gameId = gameId;
    this.#profile = profile;
    this.#retry = new RetryTimer(LOBBY_LONGEST_PAUSE_MS, access.clock, random, () => void this.#tryAgain());
    this.#known = new KnownMembers(access.clock);
    this.#outbox = new Outbox(access.clock, (type, message) => this.#socket?.send(type, message));
    this.#welcome = admission.welcome;
    this.#socket = admission.socket;
    const { seat, record, iceServers } = admission.welcome;
    this.#seat = seat;
    this.#record = record;
    this.signaller = new ColyseusSignaller(seat.peerId, iceServers, {
      carry: (to, signal) => {
        this.#signals.keep({ to, signal });
        this.#send("signal", { to, signal });
        if (isUrgent(signal)) this.#hurry();
      },
      overflow: () => this.#drop("more signals came than were taken"),
      farewell: () => {
        if (this.#state === "ended") return;
        this.leave();
        this.#note({ kind: "over" });
      },
    });
    this.#forgetPage = onPageBack(() => this.#retry.tryNow());
    this.#listen(admission);
  }

  get state(): LinkState {
    return this.#state;
  }

  /** Milliseconds until the next try to come back; 0 while one runs, or none is planned. */
  get retryInMs(): number {
    return this.#retry.inMs;
  }

  /** Ends the pause before the next try, if one is on. */
  retry(): void {
    this.#retry.tryNow();
  }

  /** What this player sits down with; the newest. */
  get seat(): Seat {
    return this.#seat;
  }

  next(): Notice | undefined {
    return this.#notices.shift();
  }

  /**
   * Asks as host. While the link is lost, or if it is lost over this, the action stays unanswered: it is asked for again, or told to be
   * not done. Throws `wrong-state` when too much is unanswered even so.
   */
  act(action: HostAction): void {
    if (this.#isOpen && this.#unanswered.isFull) this.#drop("more was asked for than the lobby server answers");
    this.#unanswered.add(action);
    const { type, ...message } = action;
    // Until the lobby knows how it stands with what was asked for before, nothing new is asked.
    if (this.#isOpen && !this.#unanswered.isUnheard) this.#send(type, message);
  }

  /** What the host asked for last, if that is not answered. */
  get wantedLock(): boolean | undefined {
    return this.#unanswered.wantedLock;
  }

  /** After a welcome: what this host asked for in vain. */
  takeUndone(welcome: Welcome): HostAction[] {
    return this.#unanswered.takeUndone(welcome);
  }

  /** While the link is lost it is said on coming back. */
  setProfile(profile: Metadata): void {
    this.#profile = profile;
    if (this.#isOpen) this.#send("profile", { profile }, true);
  }

  /** Says whom this player takes for host. While the link is lost nobody hears it: that is to be said anew on coming back. */
  vote(hostId: number, term: number): void {
    if (this.#isOpen) this.#send("host", { hostId, term }, true);
  }

  /** Says goodbye, or will once the server is back, and holds nothing any more. */
  leave(): void {
    if (this.#state === "ended") return;
    const socket = this.#socket;
    const wasLost = this.#state === "lost";
    this.#end();
    if (wasLost) returnSeat(this.#access, this.#seat.code, { ...this.#request(), token: this.#seat.token });
    else socket?.leave();
  }

  onMessage(type: string, message: unknown): void {
    // What a socket still had when it was given up.
    if (this.#state !== "open") return;
    switch (type) {
      case "signal": {
        const { from, signal } = message as ServerMessages["signal"];
        this.signaller.inbox.hear(from, signal);
        // If there was no room for it, the line is given up, and it comes again.
        if (this.#isOpen) this.#signals.hear();
        return;
      }
      case "ack":
        this.#signals.acknowledged((message as ServerMessages["ack"]).received);
        return;
      case "ice-servers":
        this.signaller.renew((message as ServerMessages["ice-servers"]).iceServers);
        return;
      case "record":
        this.#record = (message as ServerMessages["record"]).record;
        return;
      case "seat":
        this.#takeSeat({ ...this.#seat, token: (message as ServerMessages["seat"]).token });
        break;
      case "host":
        this.#hostId = (message as ServerMessages["host"]).hostId;
        break;
      case "joined": {
        const { peerId } = (message as ServerMessages["joined"]).member;
        this.#known.meet(peerId);
        this.signaller.inbox.introduce(peerId);
        break;
      }
      case "left":
        this.#missed(message as ServerMessages["left"]);
        break;
      case "lock":
      case "metadata":
        this.#unanswered.answered(type);
        break;
      case "undone": {
        const { type: asked, peerId } = message as ServerMessages["undone"];
        const action = this.#unanswered.answered(asked, peerId);
        if (action !== undefined) this.#note({ kind: "undone", action });
        return;
      }
      case "profile":
        break;
      default:
        // `refused`, after which the socket closes and says why again; or from a newer server.
        return;
    }
    this.#note({ kind: type, message } as Notice);
  }

  onClosed(reason: string, refusal: LobbyError | null, isHung: boolean): void {
    this.#socket = null;
    this.#outbox.clear();
    if (refusal !== null) {
      this.#removed(refusal, reason);
      return;
    }
    this.#lost(reason);
    if (isHung) this.#retry.tryNow();
  }

  #removed(refusal: LobbyError, reason: string): void {
    if (refusal.code !== LobbyErrorCode.KICKED) this.signaller.inbox.goDown(reason);
    this.#end();
    this.#note({ kind: "ended", code: refusal.code, reason });
  }

  /** For the compiler, which takes it that no call changes the state. */
  get #isOpen(): boolean {
    return this.#state === "open";
  }

  /** Goes on with another socket. `profile`: as the server knows it by now. */
  #adopt(admission: Admission, profile: Metadata): void {
    const { welcome } = admission;
    const isReopened = welcome.instance !== this.#welcome.instance;
    this.#retry.cancel();
    this.#state = "open";
    this.#welcome = welcome;
    this.#takeSeat(welcome.seat);
    this.#record = welcome.record;
    this.#socket = admission.socket;
    if (!this.signaller.comeUp(welcome.iceServers)) {
      this.#drop("too much is unread");
      return;
    }
    this.#retry.reset();
    this.#note({ kind: "welcome", message: welcome, isReopened });
    this.#listen(admission);
    if (this.#profile !== profile) this.setProfile(this.#profile);
  }

  #takeSeat(seat: Seat): void {
    this.#seat = seat;
    this.onSeat?.(seat);
  }

  #missed({ peerId, reason, hostId }: ServerMessages["left"]): void {
    this.#hostId = hostId;
    if (reason === "lost") this.#known.lose(peerId);
    else this.#known.forget(peerId);
    if (reason === "kicked") this.#unanswered.answered("kick", peerId);
    if (peerId !== this.signaller.localId) this.signaller.inbox.miss(peerId, reason);
    else if (reason === "kicked") this.signaller.kicked();
  }

  #listen({ socket, welcome, early }: Admission): void {
    this.#hostId = welcome.hostId;
    const present = welcome.members.map(({ peerId }) => peerId);
    this.#known.reset(present, welcome.seatHoldMs);
    for (const peerId of present) this.signaller.inbox.introduce(peerId);
    for (const signal of this.#signals.resume(welcome.resumed)) this.#send("signal", signal);
    for (const { type, message } of early) this.onMessage(type, message);
    socket.observe(this);
  }

  #hurry(): void {
    this.#socket?.hurry();
    this.onHurry?.();
  }

  /** `isLatest`: what waits of its type is not worth sending any more. */
  #send(type: string, message: object, isLatest = false): void {
    if (!this.#outbox.push(type, message, isLatest)) this.#drop("more was sent than the lobby server takes");
  }

  #note(notice: Notice): void {
    if (this.#state === "open" && this.#notices.length >= MAX_NOTICES) {
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
    this.#unanswered.unheard();
    this.#signals.pause();
    this.signaller.inbox.goDown(reason);
    // Whoever is told may end it, or try at once.
    this.#retry.start();
    this.#note({ kind: "lost", reason });
  }

  async #tryAgain(): Promise<void> {
    // A page that does not read would be given up again at once.
    if (this.#notices.length >= MAX_NOTICES || !this.signaller.inbox.hasRoom) {
      this.#retry.start();
      return;
    }
    const request = this.#request();
    try {
      const known = { seat: this.#seat, record: this.#record, hostId: this.#hostId, members: this.#known.all() };
      const admission = await comeBack(this.#access, request, known, () => this.#state === "lost");
      if (this.#state === "lost") this.#adopt(admission, request.profile);
      else admission.socket.leave();
    } catch (error) {
      if (this.#state !== "lost") return;
      const code = isLobbyError(error) ? error.code : null;
      // Somebody else was faster: it can be joined now.
      if (code === LobbyErrorCode.ALREADY_OPEN) this.#retry.reset();
      if (code === LobbyErrorCode.REPLACED) {
        this.#removed(error as LobbyError, (error as LobbyError).message);
      } else if (isFinal(error)) {
        this.#state = "gone";
        this.#note({ kind: "gone", reason: error.message });
      } else {
        this.#retry.start();
      }
    }
  }

  #request(): ReturnRequest {
    return {
      protocolVersion: LOBBY_PROTOCOL_VERSION,
      gameId: this.#gameId,
      profile: this.#profile,
      resume: { received: this.#signals.received },
    };
  }

  #end(): void {
    this.#state = "ended";
    this.#signals.pause();
    this.#socket = null;
    this.#outbox.clear();
    this.#retry.cancel();
    this.#forgetPage();
  }
}
