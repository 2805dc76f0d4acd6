import type { BackendConnectionState, ConnectionObserver } from "../../seam/connection-backend.ts";
import { RELAY_MEDIA, relayCandidate } from "../relay/relay-description.ts";

/** What a connection that has two ways tells whoever made it. */
export class Telling {
  /** `null` once it is closed: nothing is told from then on. */
  observer: ConnectionObserver | null;
  /** The latest that was told. */
  state: BackendConnectionState = "new";
  /** Whether this side's description is set: candidates are told after that. */
  isLocalSet = false;
  readonly #nonce: string;
  #isAnnounced = false;
  #later: ((observer: ConnectionObserver) => void)[] = [];

  /** `nonce`: this side's half of the name of a line. */
  constructor(observer: ConnectionObserver, nonce: string) {
    this.observer = observer;
    this.#nonce = nonce;
  }

  /** It is told in the next poll, and not from inside the call that leads to it. */
  later(tell: (observer: ConnectionObserver) => void): void {
    this.#later.push(tell);
  }

  poll(): void {
    const { observer } = this;
    if (observer === null) return;
    this.announce();
    for (const tell of this.#later.splice(0)) tell(observer);
  }

  /** The relay is a candidate, too, and comes before the others. */
  announce(): void {
    if (this.#isAnnounced || !this.isLocalSet) return;
    this.#isAnnounced = true;
    this.observer?.onIceCandidate(RELAY_MEDIA, 0, relayCandidate(this.#nonce));
  }

  enter(state: BackendConnectionState): void {
    if (state === this.state || this.state === "failed") return;
    this.state = state;
    this.observer?.onConnectionState(state);
  }

  end(): void {
    this.observer = null;
    this.#later = [];
  }
}
