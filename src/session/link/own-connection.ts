import type { WebRTCDataChannel } from "../../connection/web-rtc-data-channel.ts";
import type { RepairStep } from "../../multiplayer/companion.ts";
import { PathWatch } from "../../multiplayer/path-watch.ts";
import type { PeerInfo } from "../../multiplayer/web-rtc-multiplayer-peer.ts";
import type { ConnectionPath } from "../../seam/connection-backend.ts";
import type { Carrier } from "./carrier.ts";
import type { Underlay } from "./underlay.ts";

/** The mesh's connection to a peer. */
export class OwnConnection implements Carrier {
  readonly via = 0;
  readonly reliable: WebRTCDataChannel;
  readonly ordered: WebRTCDataChannel;
  readonly unreliable: WebRTCDataChannel;
  readonly #id: number;
  readonly #info: PeerInfo;
  readonly #underlay: Underlay;
  readonly #path = new PathWatch();

  constructor(id: number, info: PeerInfo, underlay: Underlay) {
    this.#id = id;
    this.#info = info;
    this.#underlay = underlay;
    const [reliable, ordered, unreliable] = info.channels as [WebRTCDataChannel, WebRTCDataChannel, WebRTCDataChannel];
    this.reliable = reliable;
    this.ordered = ordered;
    this.unreliable = unreliable;
  }

  poll(): void {
    this.#path.poll();
  }

  look(nowMs: number): ConnectionPath | null {
    return this.#path.look(this.#info.connection, nowMs);
  }

  repair(step: RepairStep): void {
    this.#underlay.repair(this.#id, step);
  }

  abandon(): void {
    this.#underlay.abandon(this.#id);
  }
}
