import { drawHex } from "../base/draw-hex.ts";
import { type Admission, askToCreate, askToJoin } from "./admission.ts";
import { readCode } from "./lobby-code.ts";
import { type LobbyError, lobbyError } from "./lobby-error.ts";
import type { LobbyFacts } from "./lobby-facts.ts";
import type { LobbyParts, LobbyState } from "./lobby-parts.ts";
import { LOBBY_PROTOCOL_VERSION, LobbyErrorCode, type Seat } from "./protocol.ts";

/** What a republished lobby is found by: its new code, and for each peer that was connected the seat to `reattach` with. */
export interface Republished {
  readonly code: string;
  readonly seats: ReadonlyMap<number, Seat>;
}

/** How something ended that took a while. */
export type Outcome<Result> =
  | { readonly ok: true; readonly value: Result }
  | { readonly ok: false; readonly error: LobbyError };

/** Is called with the outcome, from within `poll()`. */
export type Done<Result> = (outcome: Outcome<Result>) => void;

/** A promise for what `start` leads to, or nothing if somebody is to be called. */
export function settled<Result>(
  done: Done<Result> | undefined,
  start: (settle: Done<Result>) => void,
): Promise<Result> | undefined {
  if (done !== undefined) {
    start(done);
    return undefined;
  }
  return new Promise((resolve, reject) => {
    start((outcome) => (outcome.ok ? resolve(outcome.value) : reject(outcome.error)));
  });
}

/** Moves a lobby that its server has lost to another place there. What comes of it is told in `poll`. */
export class LobbyMove {
  readonly #parts: LobbyParts;
  readonly #facts: LobbyFacts;
  readonly #wake: () => void;
  #isOn = false;
  #isOver = false;
  #settle: (() => void) | null = null;

  constructor(parts: LobbyParts, facts: LobbyFacts, wake: () => void) {
    this.#parts = parts;
    this.#facts = facts;
    this.#wake = wake;
  }

  /** Throws `wrong-state`. */
  republish(state: LobbyState, settle: Done<Republished>): void {
    this.#demand("republish", state, ["gone"]);
    void this.#move("republish", settle, async () => {
      const { access, gameId, random, password, welcome } = this.#parts;
      const seats = new Map<number, Seat>();
      for (const peerId of this.#connectedPeers()) seats.set(peerId, { peerId, secret: drawHex(random) });
      const own: Seat = { peerId: welcome.seat.peerId, secret: drawHex(random) };
      const admission = await askToCreate(access, {
        protocolVersion: LOBBY_PROTOCOL_VERSION,
        gameId,
        name: welcome.name,
        maxPeers: Math.max(welcome.maxPeers, seats.size + 1),
        isPublic: welcome.isPublic,
        ...(password !== undefined && { password }),
        metadata: this.#facts.metadata,
        profile: this.#facts.localProfile,
        seats: [own, ...seats.values()],
      });
      return { admission, result: { code: admission.welcome.code, seats } };
    });
  }

  /** Throws `wrong-state`. */
  reattach(state: LobbyState, code: string, seat: Seat, settle: Done<void>): void {
    this.#demand("reattach", state, ["lost", "gone"]);
    void this.#move("reattach", settle, async () => {
      const { access, gameId, welcome } = this.#parts;
      const known = readCode(code);
      if (known === null) throw lobbyError(LobbyErrorCode.UNKNOWN_CODE, `reattach: ${code} is no lobby code`);
      if (seat.peerId !== welcome.seat.peerId) {
        const words = `reattach: the seat is peer ${seat.peerId}'s, this is peer ${welcome.seat.peerId}`;
        throw lobbyError(LobbyErrorCode.UNKNOWN_SEAT, words);
      }
      const request = { protocolVersion: LOBBY_PROTOCOL_VERSION, gameId, profile: this.#facts.localProfile, seat };
      return { admission: await askToJoin(access, known, request), result: undefined };
    });
  }

  /** After everything else of the lobby's poll: who hears the outcome finds the lobby as it then is. */
  poll(): void {
    const settle = this.#settle;
    if (settle === null) return;
    this.#settle = null;
    this.#isOn = false;
    settle();
  }

  /** The lobby was left, and may never be polled again. */
  end(): void {
    this.#isOver = true;
    this.poll();
  }

  #demand(name: string, state: LobbyState, states: readonly LobbyState[]): void {
    if (!this.#isOn && states.includes(state)) return;
    const words = this.#isOn ? "is moving already" : `is ${state}, not ${states.join(" or ")}`;
    throw lobbyError(LobbyErrorCode.WRONG_STATE, `${name}: lobby ${this.#facts.code} ${words}`);
  }

  async #move<Result>(
    name: string,
    settle: Done<Result>,
    ask: () => Promise<{ admission: Admission; result: Result }>,
  ): Promise<void> {
    this.#isOn = true;
    const { link } = this.#parts;
    let outcome: Outcome<Result>;
    try {
      if (!(await link.standStill())) {
        throw lobbyError(LobbyErrorCode.WRONG_STATE, `${name}: lobby ${this.#facts.code} came back by itself`);
      }
      const { admission, result } = await ask();
      if (link.state === "ended") {
        admission.socket.leave();
        throw lobbyError(LobbyErrorCode.NOT_CONNECTED, `${name}: the lobby was left meanwhile`);
      }
      for (const peerId of this.#connectedPeers()) if (this.#facts.members.has(peerId)) this.#facts.awaited.add(peerId);
      link.adopt(admission);
      outcome = { ok: true, value: result };
    } catch (error) {
      outcome = { ok: false, error: error as LobbyError };
    }
    link.resume();
    this.#settle = () => settle(outcome);
    if (this.#isOver) this.poll();
    else this.#wake();
  }

  #connectedPeers(): number[] {
    return [...this.#parts.peer.getPeers()].filter(([, { connected }]) => connected).map(([peerId]) => peerId);
  }
}
