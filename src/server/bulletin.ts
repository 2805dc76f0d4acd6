import type { Clock } from "../base/clock.ts";
import { Announcements } from "./announcements.ts";
import { RECORD_REFRESH_MS } from "./limits.ts";
import { ListingPost } from "./listing-post.ts";

/** What a lobby must do to be told of, each when it is due. */
export interface Publisher {
  /** How many are told of a change. */
  readonly hearers: () => number;
  /** Signs its record anew, and tells the members. */
  readonly signRecord: () => void;
  /** Brings the public list up to date. */
  readonly publish: () => void;
}

/** When a lobby's news go out, to whomever: none of them as often as somebody may change what they are about. */
export class Bulletin {
  readonly #publisher: Publisher;
  readonly #clock: Clock;
  readonly #listing: ListingPost;
  #signTimer: ReturnType<typeof setTimeout> | undefined;
  /** Most lobbies never need it. */
  #announcements: Announcements | null = null;

  constructor(clock: Clock, publisher: Publisher) {
    this.#publisher = publisher;
    this.#clock = clock;
    this.#listing = new ListingPost(clock, publisher.publish);
  }

  /** What of only the latest matters: `tell` says how `what` is by then. */
  announce(what: string, tell: () => void): void {
    this.#announcements ??= new Announcements(this.#clock, this.#publisher.hearers);
    this.#announcements.say(what, tell);
  }

  /** The record has changed, or its time ends. */
  sign(): void {
    this.#signTimer ??= setTimeout(() => {
      this.#signTimer = undefined;
      this.#publisher.signRecord();
    }, RECORD_REFRESH_MS);
  }

  list(): void {
    this.#listing.now();
  }

  /** For what the host may change as often as it likes. */
  listSoon(): void {
    this.#listing.soon();
  }

  cancel(): void {
    this.#listing.cancel();
    clearTimeout(this.#signTimer);
    this.#signTimer = undefined;
    this.#announcements?.cancel();
  }
}
