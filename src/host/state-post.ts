import { reportError } from "../base/report-error.ts";
import type { HostSession } from "./host-session.ts";
import type { KnownPeer } from "./known-peer.ts";
import type { KeptState, StateKeeper } from "./state-keeper.ts";
import { type StateMessage, StateUse } from "./state-message.ts";

/** Brings the host's state to those who hold it, and to those who wait for it. */
export class StatePost<State> {
  /** Who holds it; `null` before they were chosen in this term. */
  deputies: readonly number[] | null = null;
  readonly #states: StateKeeper<State>;
  readonly #intervalMs: number;
  #sentMs = Number.NEGATIVE_INFINITY;

  constructor(states: StateKeeper<State>, intervalMs: number) {
    this.#states = states;
    this.#intervalMs = intervalMs;
  }

  /** Another term begins. */
  begin(peers: Iterable<KnownPeer>): void {
    this.deputies = null;
    this.#sentMs = Number.NEGATIVE_INFINITY;
    for (const peer of peers) peer.keptNumber = 0;
  }

  /** Gives deputies the state, if it is time and it has changed. `choose`: who they are to be. */
  keep(
    session: HostSession<State>,
    peers: ReadonlyMap<number, KnownPeer>,
    reign: number,
    nowMs: number,
    choose: () => readonly number[],
  ): void {
    if (nowMs - this.#sentMs < this.#intervalMs) return;
    const deputies = choose();
    this.deputies = deputies;
    if (deputies.length === 0) return;
    this.#sentMs = nowMs;
    const state = this.#states.make();
    if (state === null) return;
    for (const id of deputies) {
      const peer = peers.get(id);
      if (peer === undefined || peer.keptNumber === state.number) continue;
      peer.keptNumber = state.number;
      send(session, id, state, { use: StateUse.KEEP, reign, wants: 0 });
    }
  }

  /** Gives a follower the state that it waits for. */
  answer(session: HostSession<State>, peer: KnownPeer, reign: number, nowMs: number): void {
    const wants = peer.status?.wants ?? 0;
    if (wants === 0 || wants === peer.answered || nowMs - peer.answeredMs < this.#intervalMs) return;
    const state = this.#states.make();
    if (state === null) return;
    peer.answered = wants;
    peer.answeredMs = nowMs;
    send(session, peer.id, state, { use: StateUse.FOLLOW, reign, wants });
  }
}

/** Sends a state to one peer. False if the session refuses it, which reaches the page's error reporting. */
export function send<State>(
  session: HostSession<State>,
  to: number,
  { bytes, number }: KeptState,
  head: Omit<StateMessage, "bytes" | "number">,
): boolean {
  try {
    session.send("hostState", { ...head, number, bytes }, { to });
    return true;
  } catch (error) {
    // It is longer than the session allows.
    reportError(error);
    return false;
  }
}
