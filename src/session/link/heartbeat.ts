import type { Clock } from "../../base/clock.ts";
import type { ByteReader } from "../../codec/byte-reader.ts";
import { UNORDERED_LIFETIME_MS } from "../../multiplayer/limits.ts";
import { Fault } from "../incoming/fault.ts";
import { FIRST_PING_INTERVAL_MS, FIRST_PINGS, HEARTBEAT_MS, MAX_OPEN_PINGS, PING_INTERVAL_MS } from "../limits.ts";
import * as EntryType from "../wire/entry-type.ts";

/** What a pong tells. */
export interface Pong {
  /** The time it took, without the time that the other side held it. Unit: ms. */
  readonly roundTripMs: number;
  /** The other side's session time when it answered. Unit: ms. */
  readonly remoteMs: number;
  /** How many of our unreliable frames it had received. */
  readonly receivedFrames: number;
  /** How many we had sent, when it was asked. */
  readonly sentFrames: number;
  /** How many reliable frames had been sent when the ping before it was: these should have been read by now. */
  readonly reliableFrames: number;
  /** It answers one that was sent between the regular ones. */
  readonly isExtra: boolean;
}

/** How many frames of either kind were sent so far. */
export interface SentFrames {
  readonly unreliable: number;
  readonly reliable: number;
}

const PING_BYTES = 3;
const PONG_BYTES = 17;
/** Held times travel in sixteenths. Unit: 1/ms. */
const HELD_STEPS_PER_MS = 16;

/**
 * Keeps a link from falling silent, and measures it: pings and pongs travel in unreliable frames, with the game's
 * messages where there are some.
 */
export class Heartbeat {
  readonly #clock: Clock;
  /** When each ping that is awaited was sent, and how many frames before it. */
  readonly #open = new Map<
    number,
    Omit<Pong, "roundTripMs" | "remoteMs" | "receivedFrames"> & { readonly sentMs: number }
  >();
  #nextId = 0;
  #nextPingMs: number;
  #lastPingMs = Number.NEGATIVE_INFINITY;
  /** Sent when the last ping was. */
  #reliableFrames = 0;
  #pings = 0;
  #sentMs: number;
  /** A ping to answer; −1: none. A later one takes its place: it asks the same. */
  #askedId = -1;
  #askedMs = 0;
  /** Pings come as often as this if that is more often than usual. Unit: ms. */
  pingIntervalMs = PING_INTERVAL_MS;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#sentMs = clock.nowMs();
    this.#nextPingMs = this.#sentMs;
  }

  noteSent(nowMs: number): void {
    this.#sentMs = nowMs;
  }

  /** Whether a frame must go out though the game sends none. `isStuck`: the last one still waits in the browser. */
  isDue(nowMs: number, isStuck = false): boolean {
    // What waits there for longer than it may live is thrown away: of those that are said again, one will be young when its turn comes.
    const silentMs = isStuck ? UNORDERED_LIFETIME_MS : HEARTBEAT_MS;
    return this.#askedId >= 0 || this.#isPingDue(nowMs) || nowMs - this.#sentMs >= silentMs;
  }

  /** Puts what is due into a frame. `sessionMs`: what the session's clock reads. */
  write(frame: Uint8Array, at: number, sent: SentFrames, receivedFrames: number, sessionMs: number): number {
    const nowMs = this.#clock.nowMs();
    let next = at;
    if (this.#isPingDue(nowMs)) next = this.#writePing(frame, next, sent, nowMs);
    if (this.#askedId >= 0) next = this.#writePong(frame, next, receivedFrames, sessionMs, nowMs);
    return next;
  }

  takePing(reader: ByteReader): Fault | null {
    if (reader.left !== 1) return Fault.MALFORMED;
    this.#askedId = reader.u8();
    this.#askedMs = this.#clock.nowMs();
    return null;
  }

  /** `null`: no answer to a ping of ours that is still awaited. */
  takePong(reader: ByteReader): Pong | Fault | null {
    if (reader.left !== PONG_BYTES - 2) return Fault.MALFORMED;
    const id = reader.u8();
    const heldMs = reader.u16() / HELD_STEPS_PER_MS;
    const remoteMs = reader.f64();
    const receivedFrames = reader.u32();
    const ping = this.#open.get(id);
    if (ping === undefined) return null;
    this.#open.delete(id);
    const roundTripMs = this.#clock.nowMs() - ping.sentMs - heldMs;
    if (!Number.isFinite(remoteMs)) return Fault.MALFORMED;
    // Clocks that tick coarsely claim to have held it for longer than it took: nothing can be learnt from that.
    if (roundTripMs < -1) return null;
    const { sentFrames, reliableFrames, isExtra } = ping;
    return { roundTripMs: Math.max(0, roundTripMs), remoteMs, receivedFrames, sentFrames, reliableFrames, isExtra };
  }

  #isPingDue(nowMs: number): boolean {
    return nowMs >= Math.min(this.#nextPingMs, this.#lastPingMs + this.pingIntervalMs);
  }

  #writePing(frame: Uint8Array, at: number, sent: SentFrames, nowMs: number): number {
    const id = this.#nextId;
    this.#nextId = (id + 1) & 255;
    const isExtra = nowMs < this.#nextPingMs;
    this.#lastPingMs = nowMs;
    if (!isExtra) {
      this.#pings += 1;
      this.#nextPingMs = nowMs + (this.#pings < FIRST_PINGS ? FIRST_PING_INTERVAL_MS : PING_INTERVAL_MS);
    }
    this.#open.delete((id - MAX_OPEN_PINGS) & 255);
    this.#open.set(id, { sentMs: nowMs, sentFrames: sent.unreliable, reliableFrames: this.#reliableFrames, isExtra });
    this.#reliableFrames = sent.reliable;
    frame[at] = EntryType.PING;
    frame[at + 1] = PING_BYTES - 2;
    frame[at + 2] = id;
    return at + PING_BYTES;
  }

  #writePong(frame: Uint8Array, at: number, receivedFrames: number, sessionMs: number, nowMs: number): number {
    const view = new DataView(frame.buffer, frame.byteOffset + at);
    const held = Math.round((nowMs - this.#askedMs) * HELD_STEPS_PER_MS);
    frame[at] = EntryType.PONG;
    frame[at + 1] = PONG_BYTES - 2;
    frame[at + 2] = this.#askedId;
    view.setUint16(3, Math.min(0xffff, held), true);
    view.setFloat64(5, sessionMs, true);
    view.setUint32(13, receivedFrames, true);
    this.#askedId = -1;
    return at + PONG_BYTES;
  }
}
