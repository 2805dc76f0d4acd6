import type { LabGame } from "./lab-game.ts";
import type { Network, Site } from "./site.ts";

/** Where a player plays. */
export interface Seat {
  readonly runtime: "Chromium" | "Node";
  readonly network: Network;
}

/** One player, on a machine of its own. */
export interface LabPlayer {
  readonly seat: Seat;
  readonly site: Site;
  call<Method extends keyof LabGame>(
    method: Method,
    ...args: Parameters<LabGame[Method]>
  ): Promise<Awaited<ReturnType<LabGame[Method]>>>;
  /** From now on it is somebody who has met nobody. */
  renew(): Promise<void>;
  close(): Promise<void>;
}
