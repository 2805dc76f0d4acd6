import { shown } from "../../base/diagnostics.ts";
import { TickmeshError } from "../../base/tickmesh-error.ts";
import type { Lane } from "../messages/lane.ts";
import type { SessionLink } from "./session-link.ts";
import { laneStatisticsOf } from "./statistics-of.ts";

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

/** `null` for who is not there. Throws a `TickmeshError` `unknown-lane`. */
export function waitingFor(link: SessionLink | null, lanes: readonly Lane[], laneName: string): Waiting | null {
  const priority = lanes.find(({ name }) => name === laneName)?.priority;
  if (priority === undefined) throw new TickmeshError("unknown-lane", `the table has no lane ${shown(laneName)}`);
  if (link === null) return null;
  let bytes = link.bufferedBytes;
  let messages = 0;
  for (const lane of lanes) {
    if (lane.priority > priority) continue;
    const { queuedBytes, queuedMessages } = laneStatisticsOf(link, lane);
    bytes += queuedBytes;
    messages += queuedMessages;
  }
  return { bytes, messages, waitMs: bytes === 0 ? 0 : bytes / link.drainRate.bytesPerMs };
}
