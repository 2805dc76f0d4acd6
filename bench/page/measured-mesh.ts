import type { Pollable, WebRTCMultiplayerPeer } from "tickmesh";
import { createDriver, type Driver } from "tickmesh/driver";
import { type MeasuredEnd, type MeshTiming, meshTiming } from "./mesh-timing.ts";
import { sleep } from "./settle.ts";
import { TimedPollable } from "./timed-pollable.ts";
import { WatchedConnection } from "./watched-connection.ts";

/** The multiplayer peers of one mesh in this page, polled on wake, timed until everybody is connected to everybody. */
export class MeasuredMesh {
  readonly #size: number;
  readonly #drivers: Driver[] = [];
  readonly #peers: WebRTCMultiplayerPeer[] = [];
  readonly #timed: TimedPollable[] = [];
  readonly #ends: MeasuredEnd[] = [];
  readonly #startMs: number;
  #onFinish: (() => void) | null = null;

  /** The clock starts now. */
  constructor(size: number) {
    this.#size = size;
    this.#startMs = performance.now();
  }

  /** `before`: what is polled before the peer. Each player has a driver of its own, as it would in a page of its own. */
  add(peer: WebRTCMultiplayerPeer, ...before: readonly Pollable[]): void {
    this.#peers.push(peer);
    peer.on("peerConnected", (id) => this.#noticed(peer, id));
    peer.on("peerFailed", (id, reason) => console.error(`peer ${id}: ${reason}`));
    const driver = createDriver({ mode: "wake" });
    this.#drivers.push(driver);
    for (const pollable of [...before, peer]) {
      const timed = new TimedPollable(pollable);
      this.#timed.push(timed);
      driver.add(timed);
    }
    driver.start();
  }

  /** Waits until the mesh stands, and takes it down. */
  async finish(): Promise<MeshTiming> {
    if (!this.#isComplete()) {
      await new Promise<void>((resolve) => {
        this.#onFinish = resolve;
      });
    }
    const pollsMs = this.#timed.reduce((sum, { spentMs }) => sum + spentMs, 0);
    for (const driver of this.#drivers) driver.stop();
    // The browser tells the library before it tells the watcher.
    await sleep(0);
    for (const peer of this.#peers) peer.close();
    return meshTiming(this.#startMs, this.#ends, pollsMs);
  }

  #isComplete(): boolean {
    return this.#ends.length === this.#size * (this.#size - 1);
  }

  #noticed(peer: WebRTCMultiplayerPeer, id: number): void {
    const connection = peer.getPeer(id)?.connection;
    if (!(connection instanceof WatchedConnection) || connection.times === null) throw new Error("not watched");
    this.#ends.push({ times: connection.times, noticed: performance.now() });
    if (this.#isComplete()) this.#onFinish?.();
  }
}
