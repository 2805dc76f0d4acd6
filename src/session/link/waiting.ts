import type { Lane } from "../messages/lane.ts";
import type { SessionLink } from "./session-link.ts";

/** What a message that is sent now would wait for. */
export interface Waiting {
  /** Queued for the peer in lanes that are at least as urgent, or given to the browser and not sent yet. Unit: bytes. */
  readonly bytes: number;
  /** How many messages of these are queued. */
  readonly messages: number;
  /**
   * How long that takes, at the rate at which the browser sent lately; 0 if nothing waits, `Infinity` if the browser
   * sends nothing, NaN while the rate is not known. The time on the way comes on top. Unit: ms.
   */
  readonly waitMs: number;
}

export function waitingFor(
  { reliable, unreliable, drainRate }: SessionLink,
  lanes: readonly Lane[],
  lane: Lane,
): Waiting {
  let bytes = reliable.bufferedBytes + unreliable.bufferedBytes;
  let messages = 0;
  for (const { index, priority } of lanes) {
    if (priority > lane.priority) continue;
    for (const queue of [reliable.schedule.queues[index], unreliable.queueOf(index)]) {
      bytes += queue?.waitingBytes ?? 0;
      messages += queue?.waitingMessages ?? 0;
    }
  }
  return { bytes, messages, waitMs: bytes === 0 ? 0 : bytes / drainRate.bytesPerMs };
}
