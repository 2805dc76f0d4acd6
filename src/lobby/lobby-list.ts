import { Emitter } from "../base/emitter.ts";
import { onPageBack } from "../base/page-left.ts";
import type { Pollable } from "../base/pollable.ts";
import type { RandomSource } from "../base/random.ts";
import type { ServerAccess } from "./admission.ts";
import { LIST_LONGEST_PAUSE_MS } from "./limits.ts";
import { isLobbyError, type LobbyError, lobbyError } from "./lobby-error.ts";
import {
  type ListMessages,
  type ListRequest,
  LOBBY_LIST_ROOM,
  LOBBY_PROTOCOL_VERSION,
  LobbyErrorCode,
  type LobbyListing,
} from "./protocol.ts";
import { RetryTimer } from "./retry-timer.ts";
import { type RoomObserver, RoomSocket } from "./room-socket.ts";

export interface LobbyListEvents {
  /** `entries` or `state` is another than before. */
  changed: () => void;
}

/** `"unreachable"`: the server does not answer; `entries` are what it said last, and it is tried again by itself. */
export type LobbyListState = "connecting" | "live" | "unreachable" | "closed";

/** The public lobbies of one game, kept up to date by the server. Poll it; made by `LobbyClient.watchLobbies`. */
export class LobbyList extends Emitter<LobbyListEvents> implements Pollable, RoomObserver {
  wake: (() => void) | null = null;
  readonly #access: ServerAccess;
  readonly #gameId: string;
  readonly #retry: RetryTimer;
  readonly #forgetPage: () => void;
  readonly #latest = new Map<string, LobbyListing>();
  #latestState: LobbyListState = "connecting";
  #latestError: LobbyError | null = null;
  #entries: readonly LobbyListing[] = [];
  #state: LobbyListState = "connecting";
  #error: LobbyError | null = null;
  #isChanged = false;
  #isFresh = true;
  #socket: RoomSocket | null = null;

  constructor(access: ServerAccess, gameId: string, random: RandomSource) {
    super();
    this.#access = access;
    this.#gameId = gameId;
    this.#retry = new RetryTimer(LIST_LONGEST_PAUSE_MS, access.clock, random, () => void this.#connect());
    this.#forgetPage = onPageBack(() => this.#retry.tryNow());
    void this.#connect();
  }

  /** Oldest first. A new array after each change. */
  get entries(): readonly LobbyListing[] {
    return this.#entries;
  }

  get state(): LobbyListState {
    return this.#state;
  }

  /** Why the state is `"unreachable"`; otherwise `null`. */
  get error(): LobbyError | null {
    return this.#error;
  }

  /** While `"unreachable"`: milliseconds until the next try; 0 while one runs. */
  get retryInMs(): number {
    return this.#retry.inMs;
  }

  poll(): void {
    if (!this.#isChanged) return;
    this.#isChanged = false;
    this.#entries = [...this.#latest.values()];
    this.#state = this.#latestState;
    this.#error = this.#latestError;
    this.emit("changed");
  }

  /** Tries now rather than after the pause. Does nothing unless a pause is on. */
  retry(): void {
    this.#retry.tryNow();
  }

  /** Stops watching. `entries` stay as they are. */
  close(): void {
    this.#retry.cancel();
    this.#forgetPage();
    this.#isChanged = false;
    this.#state = this.#latestState = "closed";
    this.#socket?.leave();
    this.#socket = null;
  }

  onMessage(type: string, message: unknown): void {
    if (type !== "lobbies") return;
    const { changed, removed } = message as ListMessages["lobbies"];
    // The first message of a socket is all there is.
    if (this.#isFresh) this.#latest.clear();
    this.#isFresh = false;
    for (const code of removed) this.#latest.delete(code);
    for (const listing of changed) this.#latest.set(listing.code, listing);
    this.#retry.reset();
    this.#become("live", null);
  }

  onClosed(reason: string, refusal: LobbyError | null): void {
    this.#socket = null;
    this.#tryLater(refusal, reason);
  }

  async #connect(): Promise<void> {
    const request: ListRequest = { protocolVersion: LOBBY_PROTOCOL_VERSION, gameId: this.#gameId };
    try {
      const address = { method: "joinOrCreate", room: LOBBY_LIST_ROOM } as const;
      const socket = await RoomSocket.open(this.#access, address, request);
      if (this.#latestState === "closed") {
        socket.leave();
        return;
      }
      this.#isFresh = true;
      this.#socket = socket;
      socket.observe(this);
    } catch (error) {
      this.#tryLater(isLobbyError(error) ? error : null, String(error));
    }
  }

  #tryLater(error: LobbyError | null, reason: string): void {
    if (this.#latestState === "closed") return;
    this.#retry.start();
    this.#become("unreachable", error ?? lobbyError(LobbyErrorCode.SERVER_UNREACHABLE, reason));
  }

  #become(state: LobbyListState, error: LobbyError | null): void {
    this.#latestState = state;
    this.#latestError = error;
    if (this.#isChanged) return;
    this.#isChanged = true;
    this.wake?.();
  }
}
