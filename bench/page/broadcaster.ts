import type { Rival } from "./link.ts";
import { RawBroadcaster } from "./raw-broadcaster.ts";
import { SessionBroadcaster } from "./session-broadcaster.ts";

/** One player of a mesh, who sends to all the others. What travels is sent once, in no order: the state of a moment. */
export interface Broadcaster {
  /** Called for every message of everybody. */
  onMessage: () => void;
  /** Fulfilled when everybody can be sent to. */
  readonly connected: Promise<void>;
  /** The beginning of a tick, where what has come waits for it. */
  poll?(): void;
  broadcast(bytes: Uint8Array<ArrayBuffer>): void;
  /** The end of a tick. */
  flush(): void;
  close(): void;
}

/** Who has a player for a mesh. */
export type MeshRival = Extract<Rival, "tickmesh" | "raw" | "packed">;

/** Players of one mesh find each other by its name, in one page or in several. */
export interface Seat {
  readonly rival: MeshRival;
  readonly mesh: string;
  /** From 0. */
  readonly index: number;
  readonly size: number;
}

/** Everybody must have been seated before anybody begins: call `begin` then. */
export function seat({ rival, mesh, index, size }: Seat): Broadcaster & { begin(): void } {
  if (rival === "tickmesh") return new SessionBroadcaster(mesh, index, size);
  return new RawBroadcaster(mesh, index, size, rival === "packed");
}
