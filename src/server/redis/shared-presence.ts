import { RedisPresence } from "@colyseus/redis-presence";

type Callback = Parameters<RedisPresence["subscribe"]>[1];

/** Colyseus' presence in Redis, for a Redis that goes and comes back: nothing that nobody waits for fails. */
export class SharedPresence extends RedisPresence {
  /** The connection that takes commands. */
  get client(): RedisPresence["pub"] {
    return this.pub;
  }

  /** What could not be subscribed now is once Redis is back. */
  override async subscribe(topic: string, callback: Callback): Promise<this> {
    await super.subscribe(topic, callback).catch(() => {});
    return this;
  }

  override async unsubscribe(topic: string, callback?: Callback): Promise<this> {
    await super.unsubscribe(topic, callback).catch(() => {});
    return this;
  }

  /**
   * Colyseus counts with this who is about to make a room, and forgets the request if it fails: then nobody else is. Other
   * counts, as that of codes, fail as they do.
   */
  override async hincrbyex(key: string, field: string, value: number, seconds: number): Promise<number> {
    const counted = super.hincrbyex(key, field, value, seconds);
    return key.startsWith("ch:") ? counted.catch(() => value) : counted;
  }

  /** What is said while Redis is away is lost; those who listen look for themselves now and then. */
  override async publish(topic: string, data: unknown): Promise<void> {
    await super.publish(topic, data).catch(() => {});
  }

  override shutdown(): void {
    this.sub.disconnect();
    this.pub.disconnect();
  }
}
