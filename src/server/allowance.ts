import type { Clock } from "../base/clock.ts";
import { LobbyLimits } from "../lobby/protocol.ts";

/** At which rate an allowance grows. */
interface Rates {
  readonly messagesPerSecond: number;
  readonly bytesPerSecond: number;
  readonly clock: Clock;
}

const ALL_MESSAGES = 1_000 * LobbyLimits.burstMessages;
const ALL_BYTES = 1_000 * LobbyLimits.burstBytes;

/**
 * What one client may still send: so many messages and bytes at once, and more with time. Every client has one, so it is small: all
 * it counts is whole, for a number that is not takes memory of its own.
 */
export class Allowance {
  /** Unit: thousandths of a message, and of a byte. */
  #messages: number = ALL_MESSAGES;
  #bytes: number = ALL_BYTES;
  #countedAtMs: number;

  constructor(nowMs: number) {
    this.#countedAtMs = Math.floor(nowMs);
  }

  /** Takes a message of that length. `null`, or of what there is too little. */
  take(length: number, { bytesPerSecond, clock, messagesPerSecond }: Rates): "messages" | "bytes" | null {
    const nowMs = Math.floor(clock.nowMs());
    const ms = nowMs - this.#countedAtMs;
    this.#countedAtMs = nowMs;
    this.#messages = Math.min(ALL_MESSAGES, this.#messages + ms * messagesPerSecond);
    this.#bytes = Math.min(ALL_BYTES, this.#bytes + ms * bytesPerSecond);
    if (this.#messages < 1_000) return "messages";
    this.#messages -= 1_000;
    if (this.#bytes < 1_000 * length) return "bytes";
    this.#bytes -= 1_000 * length;
    return null;
  }
}
