import type { Clock } from "../base/clock.ts";
import { LobbyLimits } from "../lobby/protocol.ts";

/** At which rate an allowance grows. */
interface Rates {
  readonly messagesPerSecond: number;
  readonly bytesPerSecond: number;
  readonly clock: Clock;
}

/** What one client may still send: so many messages and bytes at once, and more with time. Every client has one, so it is small. */
export class Allowance {
  #messages: number = LobbyLimits.burstMessages;
  #bytes: number = LobbyLimits.burstBytes;
  #countedAtMs: number;

  constructor(nowMs: number) {
    this.#countedAtMs = nowMs;
  }

  /** Takes a message of that length. `null`, or of what there is too little. */
  take(length: number, { bytesPerSecond, clock, messagesPerSecond }: Rates): "messages" | "bytes" | null {
    const nowMs = clock.nowMs();
    const seconds = (nowMs - this.#countedAtMs) / 1_000;
    this.#countedAtMs = nowMs;
    this.#messages = Math.min(LobbyLimits.burstMessages, this.#messages + seconds * messagesPerSecond);
    this.#bytes = Math.min(LobbyLimits.burstBytes, this.#bytes + seconds * bytesPerSecond);
    if (this.#messages < 1) return "messages";
    this.#messages -= 1;
    if (this.#bytes < length) return "bytes";
    this.#bytes -= length;
    return null;
  }
}
