import { type IRoomCache, matchMaker, type SortOptions } from "@colyseus/core";
import { RedisDriver } from "@colyseus/redis-driver";
import { removeRows, writeRow } from "./owned-rows.ts";

/** So many rows are looked at by one command, which nobody else's command interrupts. */
const ROWS_AT_ONCE = 500;

/** What the driver must know of the other processes, and of Redis itself. */
interface Surroundings {
  readonly isUp: boolean;
  isAlive(processId: string): Promise<boolean>;
}

/**
 * Colyseus' directory of rooms in Redis, for a Redis that goes and comes back. This process' own rooms are found without it, and what
 * it could not be told is told once it is back. Only reading fails while it is away.
 */
export class SharedDriver extends RedisDriver {
  readonly #own = new Map<string, IRoomCache>();
  readonly #surroundings: () => Surroundings;

  constructor(options: ConstructorParameters<typeof RedisDriver>[0], surroundings: () => Surroundings) {
    super(options);
    this.#surroundings = surroundings;
    // Unheard, ioredis would print every try. The processes' book says when Redis is away.
    this["_client"].on("error", () => {});
  }

  override async query(conditions: Partial<IRoomCache>, sort?: SortOptions): Promise<IRoomCache[]> {
    return this.#read(() => super.query(conditions, sort));
  }

  override async findOne(conditions: Partial<IRoomCache>, sort?: SortOptions): Promise<IRoomCache> {
    const { roomId } = conditions;
    const own = roomId === undefined ? this.#findOwn(conditions) : this.#own.get(roomId);
    if (own !== undefined) return own;
    const room: IRoomCache | undefined = await this.#read(() => super.findOne(conditions, sort));
    // Colyseus would wait for a process that died, and then tell the client that there is no room for it.
    const isThere = room === undefined || (await this.#surroundings().isAlive(room.processId));
    return (isThere ? room : undefined) as IRoomCache;
  }

  override async has(roomId: string): Promise<boolean> {
    return this.#own.has(roomId) || (await super.has(roomId));
  }

  /** False if another process was faster. */
  async insert(room: IRoomCache): Promise<boolean> {
    const writing = this.#write(room).catch(() => true);
    if (this.#surroundings().isUp && !(await writing)) return false;
    this.#own.set(room.roomId, room);
    return true;
  }

  /** Rooms that were given up here are not written again. */
  override async persist(room: IRoomCache, create = false): Promise<boolean> {
    if (create) this.#own.set(room.roomId, room);
    if (this.#own.has(room.roomId)) await this.#tell(this.#write(room));
    return true;
  }

  override async update(...[room, { $inc = {}, $set = {} }]: Parameters<RedisDriver["update"]>): Promise<boolean> {
    Object.assign(room, $set);
    const counts = room as unknown as Record<string, number>;
    for (const [name, more] of Object.entries($inc)) counts[name] = (counts[name] ?? 0) + Number(more);
    return this.persist(room);
  }

  override async remove(roomId: string): Promise<boolean> {
    if (this.#own.delete(roomId)) await this.#tell(removeRows(this["_client"], matchMaker.processId, [roomId]));
    return true;
  }

  override async cleanup(processId: string): Promise<void> {
    try {
      // Colyseus takes others for dead more rashly.
      if (processId !== matchMaker.processId && (await this.#surroundings().isAlive(processId))) return;
      const rooms = await this.query({ processId });
      for (let at = 0; at < rooms.length; at += ROWS_AT_ONCE) {
        const roomIds = rooms.slice(at, at + ROWS_AT_ONCE).map(({ roomId }) => roomId);
        await removeRows(this["_client"], processId, roomIds);
      }
    } catch {
      // Whoever looks next does it.
    }
  }

  override async shutdown(): Promise<void> {
    this["_client"].disconnect();
  }

  /**
   * Makes the directory true again: what it missed, or forgot. A room that was opened again elsewhere meanwhile is closed here, so that
   * its members find the other one.
   */
  async reconcile(): Promise<void> {
    for (const [roomId, room] of this.#own) {
      if (await this.#write(room)) continue;
      this.#own.delete(roomId);
      void matchMaker.getLocalRoomById(roomId)?.disconnect();
    }
    const { processId } = matchMaker;
    const known = await this.query({ processId });
    const over = known.map(({ roomId }) => roomId).filter((roomId) => !this.#own.has(roomId));
    await removeRows(this["_client"], processId, over);
  }

  /** A list of lobbies of one's own saves a hop, and outlives the other processes. */
  #findOwn({ name, locked, private: isPrivate }: Partial<IRoomCache>): IRoomCache | undefined {
    for (const room of this.#own.values()) {
      if (room.name === name && room.locked === locked && room.private === isPrivate) return room;
    }
    return undefined;
  }

  #write(room: IRoomCache): Promise<boolean> {
    return writeRow(this["_client"], room);
  }

  /** Nobody waits for a Redis that is known to be away: `reconcile` will say it again. */
  async #tell(telling: Promise<unknown>): Promise<void> {
    const told = telling.catch(() => {});
    if (this.#surroundings().isUp) await told;
  }

  /** Readings that run at the same time are one, which Colyseus keeps for ever if it fails. */
  async #read<Result>(reading: () => Promise<Result>): Promise<Result> {
    try {
      return await reading();
    } catch (error) {
      this["_concurrentRoomCacheRequest"] = undefined;
      this["_roomCacheRequestByName"] = {};
      throw error;
    }
  }
}
