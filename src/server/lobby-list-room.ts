import { type Client, matchMaker } from "@colyseus/core";
import type { ListMessages } from "../lobby/protocol.ts";
import { GuardedRoom } from "./guarded-room.ts";
import { LIST_REFRESH_MS, LIST_SWEEP_MS } from "./limits.ts";
import { difference, LIST_TOPIC, readDirectory } from "./lobby-directory.ts";
import { OneAtATime } from "./one-at-a-time.ts";
import { parseListRequest } from "./request-schema.ts";

interface Watcher {
  readonly gameId: string;
  /** What this client was told last, as JSON by code; `null` before the first telling. */
  known: Map<string, string> | null;
}

/** Streams the public lobbies of all processes. Define it on a Colyseus server under the name `LOBBY_LIST_ROOM`. */
export class LobbyListRoom extends GuardedRoom {
  readonly #watchers = new Map<Client, Watcher>();
  readonly #reading = new OneAtATime(() => this.#refresh().catch((error: unknown) => this.report(error)));
  #sweepTimer: ReturnType<typeof setInterval> | undefined;
  readonly #onChange = (): void => this.#reading.soon(LIST_REFRESH_MS);

  override async onCreate(): Promise<void> {
    await matchMaker.presence.subscribe(LIST_TOPIC, this.#onChange);
    this.#sweepTimer = setInterval(() => this.#reading.soon(0), LIST_SWEEP_MS);
  }

  override onJoin(client: Client, options: unknown): void {
    this.#watchers.set(client, { gameId: parseListRequest(options).gameId, known: null });
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
    for (const [client, watcher] of this.#watchers) {
      const isFirst = watcher.known === null;
      watcher.known ??= new Map();
      const message: ListMessages["lobbies"] = difference(watcher.known, games.get(watcher.gameId) ?? []);
      if (isFirst || message.changed.length > 0 || message.removed.length > 0) this.tell(client, "lobbies", message);
    }
  }
}
