import { setTimeout as pause } from "node:timers/promises";
import type { RandomSource } from "../../src/base/random.ts";
import type { Seat } from "../../src/lobby/index.ts";
import { until } from "../support/until.ts";
import type { Arena } from "./arena.ts";
import type { LobbyService } from "./lobby-service.ts";
import type { ClockFault } from "./page/clocks.ts";
import type { PlayerReport } from "./page/player-report.ts";
import type { Player } from "./player.ts";

/** Far above what anything takes: what a person would give up at. Unit: ms. */
const DEADLINE_MS = 60_000;
const LOOK_MS = 50;
/** A session lets a peer go after so long. Unit: ms. */
const GONE_AFTER_MS = 8_000;
/** Pause before a player who was not let in asks again. Unit: ms. */
const ASK_AGAIN_MS = 500;

/** A player to whom something was done: it was killed, its page stood still, or its clock went wrong. */
export interface Absence {
  readonly id: number;
  readonly isKilled: boolean;
  /** It is away for so long that the others let it go. */
  readonly isLetGo: boolean;
  readonly wasHost: boolean;
  readonly sinceMs: number;
  readonly seat: Seat;
}

/** A game to which something happens. */
export class Scene {
  readonly service: LobbyService;
  readonly absences: Absence[] = [];
  readonly #arena: Arena;
  readonly #random: RandomSource;
  /** Those who are in, and alive. */
  readonly #players: Player[] = [];
  readonly #pages: Player[] = [];
  #code = "";

  constructor(arena: Arena, service: LobbyService, random: RandomSource) {
    this.#arena = arena;
    this.service = service;
    this.#random = random;
  }

  get players(): readonly Player[] {
    return this.#players;
  }

  get code(): string {
    return this.#code;
  }

  /** So many meet, and play. */
  async begin(players: number): Promise<void> {
    const host = await this.newcomer();
    this.#code = await host.create(this.service.url);
    this.#players.push(host);
    for (let more = 1; more < players; more++) await this.enter(await this.newcomer());
    await this.whole();
  }

  /** A page that is in no lobby yet. */
  async newcomer(): Promise<Player> {
    const player = await this.#arena.player();
    this.#pages.push(player);
    return player;
  }

  end(): Promise<void> {
    return this.#arena.release(this.#pages);
  }

  /** Asks until it is let in, once where the lobby `isGone`. Gives why it was not, or an empty text. */
  async enter(player: Player, { seat, isGone = false }: { seat?: Seat; isGone?: boolean } = {}): Promise<string> {
    const deadlineMs = performance.now() + DEADLINE_MS;
    for (;;) {
      const { url } = this.service;
      const answer = await (seat === undefined ? player.join(url, this.#code) : player.comeBack(url, seat));
      if (answer === "") this.#players.push(player);
      if (answer === "" || isGone || performance.now() > deadlineMs) return answer;
      await pause(ASK_AGAIN_MS);
    }
  }

  pass(ms: number): Promise<void> {
    return pause(ms);
  }

  /** A length of time that the seed chooses. */
  someMs(mostMs: number): number {
    return Math.round((this.#random.nextUint32() / 2 ** 32) * mostMs);
  }

  /** Who acts as host, as soon as somebody but these does. */
  host(but: readonly number[] = []): Promise<Player> {
    return this.#find("somebody to be host", ({ host, id }) => host.isHost && !but.includes(id));
  }

  /** Somebody who does not. */
  guest(): Promise<Player> {
    return this.#find("somebody not to be host", ({ host }) => !host.isHost && host.hostId !== 0);
  }

  async kill(player: Player): Promise<number> {
    const { id } = await this.#miss(player, { isKilled: true, isLetGo: true });
    await player.kill();
    this.forget(player);
    return id;
  }

  /** The page does nothing for so long, and is told nothing of it. */
  async freeze(player: Player, forMs: number): Promise<void> {
    await this.#miss(player, { isKilled: false, isLetGo: forMs > GONE_AFTER_MS });
    player.browser.signalPages("SIGSTOP");
    await pause(forMs);
    player.browser.signalPages("SIGCONT");
  }

  async breakClock(player: Player, fault: ClockFault): Promise<void> {
    await this.#miss(player, { isKilled: false, isLetGo: false });
    await player.breakClock(fault);
  }

  /** Nobody waits for it any more. */
  forget(player: Player): void {
    this.#players.splice(this.#players.indexOf(player), 1);
  }

  reports(players: readonly Player[] = this.#players): Promise<PlayerReport[]> {
    return Promise.all(players.map((player) => player.report()));
  }

  /** These are in play with each other, under one host, and the lobby says the same or, if it `isGone`, nothing. */
  whole(players: readonly Player[] = this.#players, isGone = false): Promise<PlayerReport[]> {
    return this.until((reports) => missing(reports, isGone), players);
  }

  /** Waits for `missing` to give `null`: what it gives else is said when it takes too long. */
  async until(
    missing: (reports: PlayerReport[]) => string | null,
    players: readonly Player[] = this.#players,
  ): Promise<PlayerReport[]> {
    const deadlineMs = performance.now() + DEADLINE_MS;
    for (;;) {
      const reports = await this.reports(players);
      const what = missing(reports);
      if (what === null) return reports;
      if (performance.now() > deadlineMs) throw new Error(`waited in vain for ${what}: ${JSON.stringify(reports)}`);
      await pause(LOOK_MS);
    }
  }

  async #miss(player: Player, what: Pick<Absence, "isKilled" | "isLetGo">): Promise<Absence> {
    const { id, seat, host } = await player.report();
    const absence = { id, ...what, wasHost: host.isHost, sinceMs: nowMs(), seat };
    this.absences.push(absence);
    return absence;
  }

  async #find(what: string, is: (report: PlayerReport) => boolean): Promise<Player> {
    const look = async (): Promise<Player | null> => {
      const reports = await this.reports();
      return this.#players[reports.findIndex(is)] ?? null;
    };
    return until(look, { deadlineMs: DEADLINE_MS, what });
  }
}

/** As pages have it: ms since the epoch. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}

function missing(reports: readonly PlayerReport[], isGone: boolean): string | null {
  const ids = reports.map(({ id }) => id);
  const hostId = reports[0]?.host.hostId ?? 0;
  if (hostId === 0 || reports.some(({ host }) => host.hostId !== hostId)) return "one host";
  if (reports.some(({ id, host }) => host.isHost !== (id === hostId))) return "the host to act";
  if (reports.some(({ id, peers }) => ids.some((other) => other !== id && !peers.includes(other))))
    return "all to meet";
  if (reports.some(({ unstable }) => unstable.some((id) => ids.includes(id)))) return "all to hear each other";
  if (isGone) return reports.every(({ lobby }) => lobby.state === "gone") ? null : "the lobby to be gone";
  if (reports.some(({ lobby }) => lobby.state !== "open")) return "the lobby to be open";
  if (reports.some(({ lobby }) => ids.some((id) => !lobby.members.includes(id)))) return "all to be members";
  return reports.every(({ lobby }) => lobby.hostId === hostId) ? null : "the lobby to have that host";
}
