import { shown } from "../../base/diagnostics.ts";
import { TickmeshError } from "../../base/tickmesh-error.ts";
import { ByteReader } from "../../codec/byte-reader.ts";
import { TransferMode } from "../../multiplayer/multiplayer-peer.ts";
import { Inbox, type Receiver } from "../incoming/inbox.ts";
import { Intake } from "../incoming/intake.ts";
import { DEFAULT_LIMITS, FIRST_MESSAGE_TYPE } from "../limits.ts";
import type { MessageTable } from "../messages/message-table.ts";
import { Progress } from "../outgoing/progress.ts";
import { frameKind, frameNumber } from "../wire/frame.ts";
import * as FrameKind from "../wire/frame-kind.ts";
import { decodeRecording } from "./recording.ts";

/** Hears what a recording holds, in its order. */
export interface RecordingObserver {
  /** A message, or a call's request. */
  onMessage?(name: string, payload: unknown, from: number, atMs: number): void;
  /** As in `SessionEvents`. */
  onEvent?(name: string, details: readonly unknown[], atMs: number): void;
}

/**
 * Plays what a `SessionRecorder` saved, with the table that the game had then. Messages of which the beginning was not held any more are
 * left out, and so is what was no message. Throws a `TickmeshError` `invalid-recording` for what is none, or was made with another table.
 */
export function replayRecording(saved: Uint8Array, messages: MessageTable, observer: RecordingObserver): void {
  const { table, items } = decodeRecording(saved);
  if (table !== messages.hash) {
    throw new TickmeshError(
      "invalid-recording",
      `it was made with the message table ${shown(table)}, not ${shown(messages.hash)}`,
    );
  }
  const streams = new Map<number, Stream>();
  for (const item of items) {
    const [atMs] = item;
    if (item[1] === "event") {
      const [, , name, details] = item;
      // A peer that comes, comes anew: it counts from 0.
      if (name === "peerJoined") streams.delete(details[0] as number);
      observer.onEvent?.(name, details, atMs);
      continue;
    }
    const [, , from, isReliable, bytes] = item;
    let stream = streams.get(from);
    if (stream === undefined) {
      stream = new Stream(messages, from, observer);
      streams.set(from, stream);
    }
    stream.take(bytes, isReliable, atMs);
  }
}

/** One peer's frames. */
class Stream implements Receiver {
  readonly hasEnded = false;
  readonly #messages: MessageTable;
  readonly #from: number;
  readonly #observer: RecordingObserver;
  readonly #progress = new Progress();
  readonly #inbox: Inbox;
  readonly #intake: Intake;
  #hasReliable = false;
  #hasUnreliable = false;
  #atMs = 0;

  constructor(messages: MessageTable, from: number, observer: RecordingObserver) {
    this.#messages = messages;
    this.#from = from;
    this.#observer = observer;
    this.#inbox = new Inbox(this, new ByteReader(), messages.lanes.length, this.#progress);
    this.#intake = new Intake(messages.lanes.length, DEFAULT_LIMITS, 0);
  }

  take(bytes: Uint8Array, isReliable: boolean, atMs: number): void {
    this.#atMs = atMs;
    const kind = frameKind(bytes);
    if (isReliable && kind === FrameKind.RELIABLE) {
      if (!this.#hasReliable) this.#progress.receivedFrames = frameNumber(bytes);
      this.#hasReliable = true;
      this.#inbox.takeReliable(bytes);
    } else if (!isReliable && kind === FrameKind.UNRELIABLE) {
      if (!this.#hasUnreliable) this.#inbox.window.newest = frameNumber(bytes);
      this.#hasUnreliable = true;
      this.#inbox.takeUnreliable(bytes, atMs);
    }
  }

  onEntry(type: number, reader: ByteReader, place: number): null {
    const entry = this.#messages.entries[type - FIRST_MESSAGE_TYPE];
    if (entry === undefined) return null;
    if (entry.mode === TransferMode.UNRELIABLE_ORDERED && !this.#intake.isInOrder(entry.lane.index, place)) return null;
    try {
      if (entry.call !== null) reader.varint();
      const payload = entry.payload.read(reader);
      if (reader.left === 0) this.#observer.onMessage?.(entry.name, payload, this.#from, this.#atMs);
    } catch {
      // No message: it was dropped then, too.
    }
    return null;
  }

  limitOf(): number {
    return DEFAULT_LIMITS.messageBytes;
  }

  onFault(): void {}
  onProgress(): void {}
}
