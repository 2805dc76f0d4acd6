import { type Clock, systemClock } from "../base/clock.ts";
import { shown } from "../base/diagnostics.ts";
import { drawPeerId, faultOfPeerId } from "../base/peer-id.ts";
import { type RandomSource, systemRandom } from "../base/random.ts";
import { TickmeshError } from "../base/tickmesh-error.ts";
import type { IceServer } from "../seam/connection-backend.ts";
import { checkSignal } from "./check-signal.ts";
import { Inbox } from "./inbox.ts";
import { MAX_QUEUED_EVENTS, type Signal, type Signaller, type SignallerEvent } from "./signaller.ts";
import { TabLimits } from "./tab-limits.ts";
import { checkTabMessage, type TabContent, type TabMessage, wrapTabMessage } from "./tab-message.ts";
import { TabPresence } from "./tab-presence.ts";

export interface JoinTabsOptions {
  /** Tabs of one browser and one origin that name the same group find each other. 1 to 64 UTF-16 units. */
  readonly group: string;
  /** This member's id, 1 to 2,147,483,647. Default: a random one from 2 on. */
  readonly id?: number;
  /** Default none: tabs of one browser need no help to reach each other. */
  readonly iceServers?: readonly IceServer[];
  readonly random?: RandomSource;
  readonly clock?: Clock;
}

/**
 * Joins a group of tabs (windows, frames, workers) of one browser, without any server. Works in Node too, within one process.
 * Throws a `TickmeshError`: `invalid-id`, `invalid-group`, `unsupported` where there is no `BroadcastChannel`.
 */
export function joinTabs(options: JoinTabsOptions): BroadcastChannelSignaller {
  const { group, id } = options;
  if (typeof group !== "string" || group.length < 1 || group.length > TabLimits.groupLength) {
    const limit = `1 to ${TabLimits.groupLength} characters`;
    throw new TickmeshError("invalid-group", `group ${shown(group)} must be a string of ${limit}`);
  }
  const fault = id === undefined ? null : faultOfPeerId("id", id);
  if (fault !== null) throw new TickmeshError("invalid-id", fault);
  if (typeof BroadcastChannel !== "function") {
    throw new TickmeshError("unsupported", "there is no BroadcastChannel here");
  }
  return new BroadcastChannelSignaller(options);
}

/**
 * One tab's `Signaller`; made by `joinTabs`. Of two tabs that claim one id, the one that came later goes down and stays
 * so. A tab that closes says so; one that crashes is lost once it has left three questions unanswered, which are asked from
 * within `receive`, a second apart.
 */
export class BroadcastChannelSignaller implements Signaller {
  readonly localId: number;
  readonly iceServers: readonly IceServer[];
  readonly #token: string;
  readonly #clock: Clock;
  readonly #channel: BroadcastChannel;
  readonly #inbox = new Inbox();
  readonly #presence = new TabPresence();
  #joinedAtMs: number;
  #comesBackOnceRead = false;
  #pageIsAway = false;
  #isClosed = false;
  #dropped = 0;

  constructor(options: JoinTabsOptions) {
    const random = options.random ?? systemRandom;
    this.localId = options.id ?? drawPeerId(random);
    this.iceServers = options.iceServers ?? [];
    this.#token = hex(random) + hex(random);
    this.#clock = options.clock ?? systemClock;
    this.#joinedAtMs = this.#clock.nowMs();
    this.#channel = new BroadcastChannel(`tickmesh:${options.group}`);
    this.#channel.onmessage = (event) => this.#hear(event.data);
    this.#channel.onmessageerror = () => {
      this.#dropped += 1;
    };
    // Workers and Node have no pages that could be left.
    if (typeof document !== "undefined") {
      addEventListener("pagehide", this.#onPageHide);
      addEventListener("pageshow", this.#onPageShow);
    }
    this.#post({ kind: "hello" });
  }

  get wake(): (() => void) | null {
    return this.#inbox.wake;
  }

  set wake(wake: (() => void) | null) {
    this.#inbox.wake = wake;
  }

  /** Messages on the channel that were malformed, or came from nobody who is present. */
  get dropped(): number {
    return this.#dropped;
  }

  send(to: number, signal: Signal): void {
    const copy = checkSignal(signal);
    if (copy === null || this.#isClosed || this.#inbox.isDown || !this.#presence.has(to)) return;
    this.#post({ kind: "signal", to, signal: copy });
  }

  receive(): SignallerEvent | undefined {
    const event = this.#inbox.shift();
    if (event !== undefined || this.#isClosed) return event;
    if (this.#comesBackOnceRead) this.#comeUp();
    else if (!this.#inbox.isDown) this.#reviewPresence();
    return this.#inbox.shift();
  }

  close(): void {
    if (this.#isClosed) return;
    if (!this.#inbox.isDown) this.#post({ kind: "bye", lost: false });
    this.#isClosed = true;
    this.#inbox.close();
    this.#presence.clear();
    this.#channel.onmessage = null;
    this.#channel.onmessageerror = null;
    this.#channel.close();
    if (typeof document === "undefined") return;
    removeEventListener("pagehide", this.#onPageHide);
    removeEventListener("pageshow", this.#onPageShow);
  }

  // Answers are posted right from here: a hidden tab, which is seldom polled, still shows that it is there.
  #hear(data: unknown): void {
    if (this.#isClosed || this.#inbox.isDown) return;
    const message = checkTabMessage(data, this.localId);
    if (message === "not-mine") return;
    if (message === "malformed") this.#dropped += 1;
    else if (message.from === this.localId) this.#settleId(message);
    else if (message.kind === "bye") this.#part(message.from, message.token, message.lost ? "lost" : "left");
    else this.#attend(message);
  }

  #attend(message: TabMessage): void {
    const { from } = message;
    const sender = this.#presence.hear(from, message.token, this.#clock.nowMs());
    if (sender === "unknown") {
      this.#dropped += 1;
      return;
    }
    if (sender === "new") this.#queue({ kind: "introduced", peerId: from });
    if (message.kind === "signal") this.#queue({ kind: "signal", from, signal: message.signal });
    else if (message.kind === "hello" || message.kind === "ping") this.#post({ kind: "here" });
  }

  // Both tabs decide alike: who was there first stays; of two that came within a second, the one with the lower token.
  #settleId(message: TabMessage): void {
    if (message.kind === "taken") {
      if (message.toToken === this.#token) this.#goDown(`another tab has the id ${this.localId}`);
    } else if (message.kind === "hello") {
      const isSettled = this.#clock.nowMs() - this.#joinedAtMs >= TabLimits.settledMs;
      if (isSettled || this.#token < message.token) this.#post({ kind: "taken", toToken: message.token });
      else this.#goDown(`another tab has the id ${this.localId}`);
    }
  }

  #part(id: number, token: string, reason: "left" | "lost"): void {
    if (this.#presence.remove(id, token)) this.#queue({ kind: "left", peerId: id, reason });
  }

  #reviewPresence(): void {
    const asks = this.#presence.review(this.#clock.nowMs(), (id) => {
      this.#queue({ kind: "left", peerId: id, reason: "lost" });
    });
    if (asks) this.#post({ kind: "ping" });
  }

  #queue(event: SignallerEvent): void {
    if (this.#inbox.push(event) || this.#inbox.isDown) return;
    this.#comesBackOnceRead = true;
    this.#goDown(`more than ${MAX_QUEUED_EVENTS} events unread`);
  }

  #goDown(reason: string): void {
    if (!this.#inbox.goDown(reason)) return;
    this.#presence.clear();
    this.#post({ kind: "bye", lost: true });
  }

  #comeUp(): void {
    if (this.#pageIsAway || !this.#inbox.comeUp()) return;
    this.#comesBackOnceRead = false;
    this.#joinedAtMs = this.#clock.nowMs();
    this.#post({ kind: "hello" });
  }

  #post(content: TabContent): void {
    this.#channel.postMessage(wrapTabMessage({ from: this.localId, token: this.#token }, content));
  }

  // A page that is left for good says so; one that the browser keeps aside may come back.
  readonly #onPageHide = (event: PageTransitionEvent): void => {
    if (this.#inbox.isDown) return;
    this.#pageIsAway = true;
    this.#comesBackOnceRead = event.persisted;
    if (!event.persisted) this.#post({ kind: "bye", lost: false });
    this.#goDown("the page was left");
  };

  readonly #onPageShow = (): void => {
    if (!this.#pageIsAway) return;
    this.#pageIsAway = false;
    this.#comeUp();
  };
}

function hex(random: RandomSource): string {
  return random.nextUint32().toString(16).padStart(8, "0");
}
