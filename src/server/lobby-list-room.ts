import { type Client, matchMaker } from "@colyseus/core";
import type { ListMessages } from "../lobby/protocol.ts";
import { GuardedRoom } from "./guarded-room.ts";
import { difference, LIST_TOPIC, readDirectory } from "./lobby-directory.ts";
import { parseListRequest } from "./request-schema.ts";

/** At most one reading in this time, however many lobbies change. Unit: ms. */
const REFRESH_MS = 250;
/** A reading at least this often: a process that died says nothing. Unit: ms. */
const SWEEP_MS = 5_000;

interface Watcher {
  readonly gameId: string;
  /** What this client was told last, as JSON by code; `null` before the first telling. */
  known: Map<string, string> | null;
}

/** Streams the public lobbies of all processes. Define it on a Colyseus server under the name `LOBBY_LIST_ROOM`. */
export class LobbyListRoom extends GuardedRoom {
  readonly #watchers = new Map<Client, Watcher>();
  #refreshTimer: ReturnType<typeof setTimeout> | undefined;
  #sweepTimer: ReturnType<typeof setInterval> | undefined;
  readonly #onChange = (): void => this.#refreshSoon(REFRESH_MS);

  override async onCreate(): Promise<void> {
    await matchMaker.presence.subscribe(LIST_TOPIC, this.#onChange);
    this.#sweepTimer = setInterval(() => this.#refreshSoon(0), SWEEP_MS);
  }

  override onJoin(client: Client, options: unknown): void {
    this.#watchers.set(client, { gameId: parseListRequest(options).gameId, known: null });
    this.watch(client);
    this.#refreshSoon(0);
  }

  override onLeave(client: Client): void {
    this.#watchers.delete(client);
  }

  override onDispose(): void {
    clearTimeout(this.#refreshTimer);
    clearInterval(this.#sweepTimer);
    matchMaker.presence.unsubscribe(LIST_TOPIC, this.#onChange);
  }

  protected override receive(client: Client): void {
    this.misbehaved(client, "the list takes no messages");
  }

  #refreshSoon(delayMs: number): void {
    this.#refreshTimer ??= setTimeout(() => {
      this.#refresh()
        .catch((error: unknown) => this.report(error))
        .finally(() => {
          this.#refreshTimer = undefined;
        });
    }, delayMs);
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
