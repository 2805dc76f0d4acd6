import type { PlayerId } from "../game/types.ts";
import type { LobbyFacts } from "./game-listener.ts";
import { chooseHost } from "./host-choice.ts";

/** Units: ms, all of these. A page sends 30 poses a second: who says nothing for so long does not answer. */
const SILENT = 4_000;
/** After hearing nobody for so long, the others may have gone on without us. Shorter than `SILENT`, so that nobody misses it. */
const AWAY = 2_000;
/** Then we hear first what they did meanwhile. */
const LISTEN = 500;
/** Time between two polls counts as time spent listening up to this; beyond it the page was asleep. */
const AWAKE_MOST = 250;

/**
 * Who is host, as this page sees it from poll to poll. A host whose page hangs counts as gone until it speaks again. The page
 * that hung notices it by itself: before it goes on as host it listens, and takes the round over from whoever stood in for it.
 */
export class HostWatch {
  readonly #selfId: PlayerId;
  readonly #facts: LobbyFacts;
  /** Everybody who is here, and when it was last heard, by `#awakeMs`. */
  readonly #heard = new Map<PlayerId, number>();
  /** Everybody who ever was here, and since when. */
  readonly #metMs = new Map<PlayerId, number>();
  /** How long this page has been awake: silence while it slept is nobody's fault. */
  #awakeMs = 0;
  #nowMs: number;
  /** When anybody was heard last; and how long this page had been awake then. */
  #touchedMs: number;
  #touchedAwakeMs = 0;
  #awaySinceMs = 0;
  #awaySinceAwakeMs = 0;
  #listensUntilMs = 0;
  #hostId = 0;

  constructor(selfId: PlayerId, facts: LobbyFacts, nowMs: number) {
    this.#selfId = selfId;
    this.#facts = facts;
    this.#nowMs = nowMs;
    this.#touchedMs = nowMs;
  }

  /** 0 before the first poll. */
  get hostId(): PlayerId {
    return this.#hostId;
  }

  /** Whose word about the round counts now: the host's, or that of who stood in for this page while it was away; 0 for nobody's. */
  get speaker(): PlayerId {
    return this.#hostId === this.#selfId && this.#listens ? this.#standIn() : this.#hostId;
  }

  /** Whether this page is host and may act as one now. */
  get acts(): boolean {
    return this.speaker === this.#selfId;
  }

  /** Before each reading of what came. Gives whether somebody else is host now. */
  poll(nowMs: number): boolean {
    const passedMs = nowMs - this.#nowMs;
    if (passedMs >= AWAY) this.#listen(this.#nowMs, this.#awakeMs, nowMs);
    this.#nowMs = nowMs;
    this.#awakeMs += Math.min(AWAKE_MOST, passedMs);
    const { hostId: lobbyHostId, serverPresent } = this.#facts;
    const before = this.#hostId;
    this.#hostId = chooseHost({
      selfId: this.#selfId,
      lobbyHostId,
      responsive: this.#responsive(),
      lobbyHostWasHere: this.#metMs.has(lobbyHostId),
      serverPresent,
    });
    return this.#hostId !== before;
  }

  joined(id: PlayerId, nowMs: number): void {
    if (!this.#metMs.has(id)) this.#metMs.set(id, nowMs);
    this.#heard.set(id, this.#awakeMs);
    this.#touch(nowMs);
  }

  left(id: PlayerId): void {
    this.#heard.delete(id);
  }

  /** This player said something, whatever it was. */
  heard(id: PlayerId): void {
    this.#heard.set(id, this.#awakeMs);
    this.#touch(this.#nowMs);
  }

  /** Here, but not heard for long. */
  *silent(): Generator<PlayerId> {
    for (const id of this.#heard.keys()) if (!this.#answers(id)) yield id;
  }

  get #listens(): boolean {
    return this.#nowMs < this.#listensUntilMs;
  }

  #touch(nowMs: number): void {
    if (nowMs - this.#touchedMs >= AWAY) this.#listen(this.#touchedMs, this.#touchedAwakeMs, nowMs);
    this.#touchedMs = nowMs;
    this.#touchedAwakeMs = this.#awakeMs;
  }

  #listen(awaySinceMs: number, awaySinceAwakeMs: number, nowMs: number): void {
    this.#awaySinceMs = awaySinceMs;
    this.#awaySinceAwakeMs = awaySinceAwakeMs;
    this.#listensUntilMs = nowMs + LISTEN;
  }

  /**
   * Who was host for the others while this page was away, if anybody: by the same rule as theirs, no newcomer, and nobody who was silent
   * already. Not by who is heard again first: that may be anybody.
   */
  #standIn(): PlayerId {
    let lowest = Number.POSITIVE_INFINITY;
    for (const [id, heardMs] of this.#heard) {
      const wasThere = (this.#metMs.get(id) ?? this.#nowMs) <= this.#awaySinceMs;
      if (id < lowest && wasThere && this.#awaySinceAwakeMs - heardMs <= SILENT) lowest = id;
    }
    return Number.isFinite(lowest) ? lowest : 0;
  }

  *#responsive(): Generator<PlayerId> {
    for (const id of this.#heard.keys()) if (this.#answers(id)) yield id;
  }

  #answers(id: PlayerId): boolean {
    return this.#awakeMs - (this.#heard.get(id) ?? Number.NEGATIVE_INFINITY) <= SILENT;
  }
}
