import { type IRoomCache, matchMaker, type SortOptions } from "@colyseus/core";
import { RedisDriver } from "@colyseus/redis-driver";

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

  override async persist(room: IRoomCache, create?: boolean): Promise<boolean> {
    if (!room.roomId) return false;
    this.#own.set(room.roomId, room);
    await this.#tell(super.persist(room, create));
    return true;
  }

  override async update(...[room, operations]: Parameters<RedisDriver["update"]>): Promise<boolean> {
    await this.#tell(super.update(room, operations));
    return true;
  }

  override async remove(roomId: string): Promise<boolean> {
    if (this.#own.delete(roomId)) await this.#tell(super.remove(roomId));
    return true;
  }

  override async cleanup(processId: string): Promise<void> {
    await super.cleanup(processId).catch(() => {});
  }

  override async shutdown(): Promise<void> {
    this["_client"].disconnect();
  }

  /**
   * Makes the directory true again: what it missed, or forgot. A room that was opened again elsewhere meanwhile is closed here, so that
   * its members find the other one.
   */
  async reconcile(): Promise<void> {
    const { processId } = matchMaker;
    const known = await this.findByIds([...this.#own.keys()]);
    for (const [roomId, room] of this.#own) {
      const elsewhere = known.get(roomId);
      if (elsewhere === undefined || elsewhere.processId === processId) {
        await super.persist(room);
      } else {
        this.#own.delete(roomId);
        void matchMaker.getLocalRoomById(roomId)?.disconnect();
      }
    }
    for (const { roomId } of await this.query({ processId })) {
      if (!this.#own.has(roomId)) await super.remove(roomId);
    }
  }

  /** A list of lobbies of one's own saves a hop, and outlives the other processes. */
  #findOwn({ name, locked, private: isPrivate }: Partial<IRoomCache>): IRoomCache | undefined {
    for (const room of this.#own.values()) {
      if (room.name === name && room.locked === locked && room.private === isPrivate) return room;
    }
    return undefined;
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
