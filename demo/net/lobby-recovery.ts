import { type Clock, systemClock } from "tickmesh";
import type { Lobby, Seat } from "tickmesh/lobby";

/** Between two tries to publish the lobby again, or to sit down in it. Unit: ms. */
const RETRY_MS = 2_500;

/** `here`: the server has our lobby. `away`: it cannot be reached. `gone`: it is back, and has forgotten the lobby. */
export type ServerState = "here" | "away" | "gone";

export interface RecoveryListener {
  serverChanged(state: ServerState): void;
  /** As host: the lobby has a new code; everybody's seat is to be handed on. */
  published(code: string, seats: Iterable<Seat>): void;
  /** This page belongs to the lobby with the new code. */
  reattached(code: string): void;
  /** It did not work, and is tried again. */
  failed(error: unknown): void;
}

/**
 * Brings a lobby back that its server has forgotten, while the game goes on: the host publishes it anew and hands out the
 * seats over the game's own connections, the others sit down in theirs. Tries until it works.
 */
export class LobbyRecovery {
  readonly #lobby: Lobby;
  readonly #listener: RecoveryListener;
  readonly #clock: Clock;
  #state: ServerState = "here";
  #given: { readonly code: string; readonly seat: Seat } | null = null;
  #busy = false;
  #nextTryMs = 0;
  /** What a promise brought, for the next poll: nothing that the game can see happens elsewhere. */
  #outcome: (() => void) | null = null;

  constructor(lobby: Lobby, listener: RecoveryListener, clock: Clock = systemClock) {
    this.#lobby = lobby;
    this.#listener = listener;
    this.#clock = clock;
    lobby.on("serverLost", () => this.#change("away"));
    lobby.on("serverBack", () => this.#change("here"));
    lobby.on("lobbyGone", () => this.#change("gone"));
  }

  get state(): ServerState {
    return this.#state;
  }

  /** The host's word: where this page's seat is now. */
  take(code: string, seat: Seat): void {
    this.#given = { code, seat };
    this.#nextTryMs = 0;
  }

  poll(isHost: boolean): void {
    const outcome = this.#outcome;
    if (outcome !== null) {
      this.#outcome = null;
      this.#busy = false;
      outcome();
    }
    if (this.#busy || this.#clock.nowMs() < this.#nextTryMs) return;
    if (this.#state === "here") return;
    if (this.#given !== null) this.#sitDown(this.#given.code, this.#given.seat);
    else if (isHost && this.#state === "gone") this.#publish();
  }

  #publish(): void {
    this.#try(this.#lobby.republish(), ({ code, seats }) => {
      this.#change("here");
      this.#listener.published(code, seats.values());
    });
  }

  #sitDown(code: string, seat: Seat): void {
    this.#try(this.#lobby.reattach(code, seat), () => {
      if (this.#given?.code === code) this.#given = null;
      this.#change("here");
      this.#listener.reattached(code);
    });
  }

  #try<T>(promise: Promise<T>, done: (value: T) => void): void {
    this.#busy = true;
    this.#nextTryMs = this.#clock.nowMs() + RETRY_MS;
    promise.then(
      (value) => {
        this.#outcome = () => done(value);
      },
      (error: unknown) => {
        this.#outcome = () => {
          // It may have come back by itself meanwhile.
          if (this.#lobby.state !== "open") this.#listener.failed(error);
        };
      },
    );
  }

  #change(state: ServerState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#listener.serverChanged(state);
  }
}
