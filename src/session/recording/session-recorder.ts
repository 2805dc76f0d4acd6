import { type Clock, systemClock } from "../../base/clock.ts";
import { shown } from "../../base/diagnostics.ts";
import type { Emitter } from "../../base/emitter.ts";
import { Ring } from "../../base/ring.ts";
import { TickmeshError } from "../../base/tickmesh-error.ts";
import { isWhole } from "../../base/whole.ts";
import type { PacketTap } from "../link/session-link.ts";
import type { Session } from "../session.ts";
import type { SessionEvents } from "../session-events.ts";
import { encodeRecording, type RecordedItem } from "./recording.ts";

/** So many items fit into one recording. */
const MAX_ITEMS = 4_096;

/** What an item is counted for beside its bytes. */
const ITEM_BYTES = 64;

const DEFAULT_BYTES = 1_048_576;

const EVENTS: readonly (keyof SessionEvents)[] = [
  "peerJoined",
  "peerLeft",
  "peerRefused",
  "peerUnstable",
  "peerStable",
];

export interface SessionRecorderOptions {
  /**
   * What it may hold; and no more than 4,096 packets and events, as a recording is one value in msgpack: some 20 s of a game of four at 60
   * packets a second. Unit: bytes, 65,536 to 64 MiB. Default 1 MiB.
   */
  readonly bytes?: number;
  /** Default: the system's. */
  readonly clock?: Clock;
}

/** What a recorder needs of a session, whatever its messages. */
export type RecordedSession = Emitter<SessionEvents> & Pick<Session, "id" | "table" | "tap">;

/**
 * Keeps the last packets that a session has read, and its last events, so that a player can send them with a bug report. `replayRecording`
 * gives what the game heard then. It holds what the other players sent: say so before it leaves the machine.
 */
export class SessionRecorder {
  readonly #session: RecordedSession;
  readonly #clock: Clock;
  readonly #limitBytes: number;
  readonly #items = new Ring<RecordedItem>();
  readonly #subscribed: [name: keyof SessionEvents, handler: (...details: unknown[]) => void][] = [];
  readonly #tap: PacketTap;
  #heldBytes = 0;

  /** Begins at once. Throws a `TickmeshError` `invalid-options`. */
  constructor(session: RecordedSession, options: SessionRecorderOptions = {}) {
    const { bytes = DEFAULT_BYTES, clock = systemClock } = options;
    if (!isWhole(bytes, 65_536, 0x400_0000)) {
      throw new TickmeshError(
        "invalid-options",
        `SessionRecorder: bytes ${shown(bytes)} is no whole number from 65536 to 67108864`,
      );
    }
    this.#session = session;
    this.#clock = clock;
    this.#limitBytes = bytes;
    this.#tap = (from, isReliable, packet) => {
      this.#keep([this.#clock.nowMs(), "packet", from, isReliable, packet.slice()], packet.length);
    };
    session.tap = this.#tap;
    for (const name of EVENTS) {
      const handler = (...details: unknown[]): void => this.#keep([this.#clock.nowMs(), "event", name, details], 0);
      this.#subscribed.push([name, handler]);
      session.on(name, handler);
    }
  }

  /** What it holds, as bytes for a file. */
  save(): Uint8Array {
    const { id, table } = this.#session;
    const items = Array.from({ length: this.#items.length }, (_, i) => this.#items.at(i) as RecordedItem);
    return encodeRecording({ format: 1, id, table, items });
  }

  /** Keeps nothing more; what it holds stays. */
  stop(): void {
    if (this.#session.tap === this.#tap) this.#session.tap = null;
    for (const [name, handler] of this.#subscribed.splice(0)) this.#session.off(name, handler as () => void);
  }

  #keep(item: RecordedItem, bytes: number): void {
    this.#items.push(item);
    this.#heldBytes += ITEM_BYTES + bytes;
    while (this.#heldBytes > this.#limitBytes || this.#items.length > MAX_ITEMS) {
      const oldest = this.#items.shift() as RecordedItem;
      this.#heldBytes -= ITEM_BYTES + (oldest[1] === "packet" ? oldest[4].length : 0);
    }
  }
}
