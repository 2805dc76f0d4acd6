import { matchMaker, type Presence } from "@colyseus/core";
import { HEARTBEAT_MS, PROCESS_LIFE_SECONDS } from "../limits.ts";
import { LIST_TOPIC } from "../lobby-directory.ts";
import type { ServerLog } from "../log.ts";
import { ALIVE } from "./owned-rows.ts";
import type { SharedDriver } from "./shared-driver.ts";
import type { SharedPresence } from "./shared-presence.ts";

const PROCESSES = "tickmesh-processes";
const aliveKey = (processId: string): string => `${ALIVE}${processId}`;

/** Where the other processes of a service reach one of them, and what they say so that it believes them. */
export interface ProcessAddress {
  readonly host: string;
  readonly port: number;
  readonly secret: string;
  /** It is about to end. */
  readonly isDraining?: boolean;
}

/**
 * Which processes the service has: each says every two seconds that it lives, and clears up after those that have not said so for six.
 */
export class ProcessBook {
  readonly #presence: SharedPresence;
  readonly #driver: SharedDriver;
  readonly #log: ServerLog;
  readonly #name: string;
  #address: ProcessAddress | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isUp = true;

  constructor(presence: SharedPresence, driver: SharedDriver, log: ServerLog, name: string) {
    this.#presence = presence;
    this.#driver = driver;
    this.#log = log;
    this.#name = name;
  }

  /** Whether Redis answered when it was last asked. */
  get isUp(): boolean {
    return this.#isUp;
  }

  async enter(address: ProcessAddress): Promise<void> {
    this.#address = address;
    await this.#beat();
  }

  /** Tells the others that this one is about to end. */
  async drain(): Promise<void> {
    if (this.#address === null) return;
    this.#address = { ...this.#address, isDraining: true };
    await this.#sayAlive().catch(() => {});
  }

  /** Says goodbye, as far as Redis can be reached. */
  async leave(): Promise<void> {
    clearTimeout(this.#timer);
    this.#address = null;
    const { processId } = matchMaker;
    const { client } = this.#presence;
    await Promise.allSettled([client.del(aliveKey(processId)), client.hdel(PROCESSES, processId)]);
  }

  async isAlive(processId: string): Promise<boolean> {
    return processId === matchMaker.processId || (await this.#presence.client.exists(aliveKey(processId))) === 1;
  }

  /** `null` if there is no such process. Rejects while Redis is away. */
  async find(processId: string): Promise<ProcessAddress | null> {
    const text = await this.#presence.client.get(aliveKey(processId));
    return text === null ? null : (JSON.parse(text) as ProcessAddress);
  }

  /** Another process that takes new lobbies. Rejects while Redis is away. */
  async findReady(): Promise<ProcessAddress | null> {
    for (const processId of await this.#presence.client.hkeys(PROCESSES)) {
      if (processId === matchMaker.processId) continue;
      const address = await this.find(processId);
      if (address !== null && address.isDraining !== true) return address;
    }
    return null;
  }

  async #beat(): Promise<void> {
    const wasUp = this.#isUp;
    try {
      const wasKnown = await this.#sayAlive();
      if (!wasUp || !wasKnown) await this.#driver.reconcile();
      await this.#clearUp();
      this.#isUp = true;
      if (!wasUp) {
        this.#log.info("Redis is back", { redis: this.#name });
        await (this.#presence as Presence).publish(LIST_TOPIC, "changed");
      }
    } catch (error) {
      this.#isUp = false;
      const reason = error instanceof Error ? error.message : String(error);
      if (wasUp)
        this.#log.warn("Redis is away: lobbies go on, none can be made or listed", { redis: this.#name, reason });
    }
    if (this.#address === null) return;
    this.#timer = setTimeout(() => void this.#beat(), HEARTBEAT_MS);
    this.#timer.unref();
  }

  /** False if the others may have taken this process for dead. */
  async #sayAlive(): Promise<boolean> {
    const { processId } = matchMaker;
    const { client } = this.#presence;
    const wasKnown = await client.exists(aliveKey(processId));
    // It has said goodbye meanwhile.
    if (this.#address === null) return true;
    const address = JSON.stringify(this.#address);
    await client
      .multi()
      .setex(aliveKey(processId), PROCESS_LIFE_SECONDS, address)
      .hset(PROCESSES, processId, "")
      .exec();
    return wasKnown === 1;
  }

  async #clearUp(): Promise<void> {
    const { client } = this.#presence;
    for (const processId of await client.hkeys(PROCESSES)) {
      if (await this.isAlive(processId)) continue;
      this.#log.warn("a process of this service is gone", { processId });
      await this.#driver.cleanup(processId);
      await matchMaker.stats.excludeProcess(processId);
      await client.hdel(PROCESSES, processId);
      await (this.#presence as Presence).publish(LIST_TOPIC, "gone");
    }
  }
}
