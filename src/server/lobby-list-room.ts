import { type Client, matchMaker } from "@colyseus/core";
import type { ListMessages, LobbyListing } from "../lobby/protocol.ts";
import { GuardedRoom } from "./guarded-room.ts";
import { LIST_REFRESH_MS, LIST_SWEEP_MS } from "./limits.ts";
import { difference, LIST_TOPIC, readDirectory } from "./lobby-directory.ts";
import { OneAtATime } from "./one-at-a-time.ts";
import { parseListRequest } from "./request-schema.ts";

interface Watcher {
  readonly gameId: string;
  /** Whether it knows what all watchers of its game know. */
  isTold: boolean;
}

/** Streams the public lobbies of all processes. Define it on a Colyseus server under the name `LOBBY_LIST_ROOM`. */
export class LobbyListRoom extends GuardedRoom {
  readonly #watchers = new Map<Client, Watcher>();
  /** What the watchers of each game know, as JSON by code. */
  readonly #known = new Map<string, Map<string, string>>();
  readonly #reading = new OneAtATime(() => this.#refresh().catch((error: unknown) => this.report(error)));
  #sweepTimer: ReturnType<typeof setInterval> | undefined;
  readonly #onChange = (): void => this.#reading.soon(LIST_REFRESH_MS);

  override async onCreate(): Promise<void> {
    await matchMaker.presence.subscribe(LIST_TOPIC, this.#onChange);
    this.#sweepTimer = setInterval(() => this.#reading.soon(0), LIST_SWEEP_MS);
  }

  override onJoin(client: Client, options: unknown): void {
    this.#watchers.set(client, { gameId: parseListRequest(options).gameId, isTold: false });
    this.watch(client);
    this.#reading.soon(0);
  }

  override onLeave(client: Client): void {
    this.#watchers.delete(client);
  }

  override onDispose(): void {
    this.#reading.cancel();
    clearInterval(this.#sweepTimer);
    matchMaker.presence.unsubscribe(LIST_TOPIC, this.#onChange);
  }

  protected override receive(client: Client): void {
    this.misbehaved(client, "the list takes no messages");
  }

  async #refresh(): Promise<void> {
    if (this.#watchers.size === 0) return;
    const games = await readDirectory();
    const watched = new Set(Array.from(this.#watchers.values(), ({ gameId }) => gameId));
    for (const gameId of this.#known.keys()) if (!watched.has(gameId)) this.#known.delete(gameId);
    for (const gameId of watched) this.#tellOf(gameId, games.get(gameId) ?? []);
  }

  #tellOf(gameId: string, listings: readonly LobbyListing[]): void {
    const known = this.#known.get(gameId) ?? new Map<string, string>();
    this.#known.set(gameId, known);
    const news: ListMessages["lobbies"] = difference(known, listings);
    const watchers = [...this.#watchers].filter(([, watcher]) => watcher.gameId === gameId);
    const clients = (isTold: boolean): Client[] =>
      watchers.flatMap(([client, watcher]) => (watcher.isTold === isTold ? [client] : []));
    if (news.changed.length > 0 || news.removed.length > 0) this.tellAll(clients(true), "lobbies", news);
    this.tellAll(clients(false), "lobbies", { changed: listings, removed: [] } satisfies ListMessages["lobbies"]);
    for (const [, watcher] of watchers) watcher.isTold = true;
  }
}
