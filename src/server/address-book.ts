import type { Clock } from "../base/clock.ts";
import { TokenBucket } from "../base/token-bucket.ts";
import { ADDRESS_SWEEP_AT, MAX_PLAIN_CONNECTIONS_PER_ADDRESS } from "./limits.ts";
import type { AddressLimits } from "./settings.ts";

interface Entry {
  sockets: number;
  plain: number;
  readonly joins: TokenBucket;
  readonly creates: TokenBucket;
  readonly openings: TokenBucket;
}

/** What each address has done lately. Addresses that have done nothing for a while are forgotten. */
export class AddressBook {
  readonly #entries = new Map<string, Entry>();
  readonly #limits: AddressLimits;
  readonly #clock: Clock;
  #sweepAt = ADDRESS_SWEEP_AT;

  constructor(limits: AddressLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  mayJoin(address: string): boolean {
    return this.#entry(address).joins.take();
  }

  mayCreate(address: string): boolean {
    return this.#entry(address).creates.take();
  }

  /** How many addresses are kept in mind. */
  get size(): number {
    return this.#entries.size;
  }

  /** Counts one more TCP connection that is no WebSocket yet; false, and not counted, if there are enough. */
  connectPlainly(address: string): boolean {
    const entry = this.#entry(address);
    if (entry.plain >= MAX_PLAIN_CONNECTIONS_PER_ADDRESS) return false;
    entry.plain += 1;
    return true;
  }

  /** One of those is gone, or has become a WebSocket. */
  disconnectPlainly(address: string): void {
    const entry = this.#entries.get(address);
    if (entry !== undefined && entry.plain > 0) entry.plain -= 1;
  }

  /** Counts one more WebSocket; false, and not counted, if there are enough, or more than seats were asked for. */
  connect(address: string): boolean {
    const entry = this.#entry(address);
    if (entry.sockets >= this.#limits.maxConnectionsPerAddress || !entry.openings.take()) return false;
    entry.sockets += 1;
    return true;
  }

  disconnect(address: string): void {
    const entry = this.#entries.get(address);
    if (entry !== undefined && entry.sockets > 0) entry.sockets -= 1;
  }

  #entry(address: string): Entry {
    let entry = this.#entries.get(address);
    if (entry === undefined) {
      if (this.#entries.size >= this.#sweepAt) this.#sweep();
      const { joinBurst, joinsPerSecond, createBurst, createsPerSecond } = this.#limits;
      entry = {
        sockets: 0,
        plain: 0,
        joins: new TokenBucket(joinBurst, joinsPerSecond, this.#clock),
        creates: new TokenBucket(createBurst, createsPerSecond, this.#clock),
        openings: new TokenBucket(joinBurst + createBurst, joinsPerSecond + createsPerSecond, this.#clock),
      };
      this.#entries.set(address, entry);
    }
    return entry;
  }

  #sweep(): void {
    for (const [address, { sockets, plain, joins, creates, openings }] of this.#entries) {
      const isQuiet = joins.isFull && creates.isFull && openings.isFull;
      if (sockets === 0 && plain === 0 && isQuiet) this.#entries.delete(address);
    }
    // Of many who are busy each new one would cost a look at all.
    this.#sweepAt = Math.max(ADDRESS_SWEEP_AT, 2 * this.#entries.size);
  }
}
