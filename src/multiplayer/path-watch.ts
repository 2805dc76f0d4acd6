import { pathOf } from "../backends/browser/path-of.ts";
import type { WebRTCPeerConnection } from "../connection/web-rtc-peer-connection.ts";
import type { ConnectionPath } from "../seam/connection-backend.ts";

/** How old what is known of a path may be. Asking costs the browser up to 1 ms. Unit: ms. */
const FRESH_MS = 1_000;

/** How one connection's packets travel. Looked up when somebody asks, and no more than once a second. */
export class PathWatch {
  #path: ConnectionPath | null = null;
  #found: ConnectionPath | null = null;
  #askedMs = Number.NEGATIVE_INFINITY;

  /** What was found up to the last poll; asks anew if that is old. */
  look(connection: WebRTCPeerConnection, nowMs: number): ConnectionPath | null {
    if (nowMs - this.#askedMs >= FRESH_MS) {
      this.#askedMs = nowMs;
      pathOf(connection).then(
        (path) => {
          this.#found = path;
        },
        // A connection that was closed meanwhile: what was known of it stays.
        () => {},
      );
    }
    return this.#path;
  }

  poll(): void {
    this.#path = this.#found;
  }
}
