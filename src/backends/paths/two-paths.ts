import type { BackendFactory } from "../../seam/connection-backend.ts";
import type { PairPaths, PairPathsOptions, PathProblem } from "../../seam/pair-paths.ts";
import type { RelayPipe } from "../../seam/relay-pipe.ts";
import { PathsBackend } from "./paths-backend.ts";

/** The ways of the connection that was made latest. */
export class TwoPaths implements PairPaths {
  readonly backend: BackendFactory;
  #made: PathsBackend | null = null;

  constructor(pipe: RelayPipe, peerId: number, options: PairPathsOptions) {
    this.backend = (configuration, observer) => {
      this.#made = new PathsBackend(pipe, peerId, options, configuration, observer);
      return this.#made;
    };
  }

  get carrier(): "direct" | "relay" | null {
    return this.#made?.carrier ?? null;
  }

  get problem(): PathProblem | null {
    return this.#made?.problem ?? null;
  }

  poll(): void {
    this.#made?.poll();
  }
}
