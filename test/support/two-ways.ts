import { relayThrough } from "../../src/backends/paths/index.ts";
import { seededRandom } from "../../src/base/random.ts";
import type { DataChannelOptions } from "../../src/connection/check-channel-options.ts";
import { ConnectionState } from "../../src/connection/connection-state.ts";
import type { WebRTCDataChannel } from "../../src/connection/web-rtc-data-channel.ts";
import { WebRTCPeerConnection } from "../../src/connection/web-rtc-peer-connection.ts";
import type { BackendFactory, ConnectionConfiguration, ConnectionObserver } from "../../src/seam/connection-backend.ts";
import type { PairPaths } from "../../src/seam/pair-paths.ts";
import { VirtualNetwork } from "../../src/simulator/network/virtual-network.ts";
import { MemoryRelay } from "./memory-relay.ts";

export interface TwoWaysOptions {
  readonly seed?: number;
  readonly headStartMs?: number;
  /** Of the direct way, one way. */
  readonly latencyMs?: number;
  readonly jitterMs?: number;
  readonly lossRatio?: number;
  /** Of the relay, one way. */
  readonly relayLatencyMs?: number;
  readonly isReachable?: boolean;
  /** The second side knows of no relay. */
  readonly isPlain?: boolean;
  readonly configuration?: ConnectionConfiguration;
  /** The direct way reads "connected" when it sets out, as if DTLS stood long before its channels open. */
  readonly standsEarly?: boolean;
  /** A step of both sides. Default 10. */
  readonly stepMs?: number;
}

export interface WaysSide {
  readonly connection: WebRTCPeerConnection;
  readonly ways: PairPaths | null;
  /** Connections made to go directly. */
  directTries: number;
}

function standingEarly(observer: ConnectionObserver): ConnectionObserver {
  return {
    onDescription: (...said) => observer.onDescription(...said),
    onIceCandidate: (...said) => observer.onIceCandidate(...said),
    onChannel: (channel) => observer.onChannel(channel),
    onConnectionState: (state) => observer.onConnectionState(state === "connecting" ? "connected" : state),
    onGatheringState: (state) => observer.onGatheringState(state),
    onSignalingState: (state) => observer.onSignalingState(state),
    onOperationFailed: (...said) => observer.onOperationFailed(...said),
  };
}

/** Two connections on a virtual network with a relay beside it, in virtual time. */
export class TwoWays {
  readonly network: VirtualNetwork;
  readonly relay: MemoryRelay;
  readonly a: WaysSide;
  readonly b: WaysSide;
  readonly #stepMs: number;
  readonly #configuration: ConnectionConfiguration;
  #due: { readonly atMs: number; readonly task: () => void }[] = [];

  constructor(options: TwoWaysOptions = {}) {
    const { seed = 1, latencyMs = 20, jitterMs = 0, lossRatio = 0, relayLatencyMs = 40, isReachable = true } = options;
    this.network = new VirtualNetwork({ seed, link: { latencyMs, jitterMs, lossRatio } });
    this.#stepMs = options.stepMs ?? 10;
    this.#configuration = options.configuration ?? {};
    // In order, whatever the latency is at the moment.
    this.relay = new MemoryRelay({
      later: (task) => void this.#due.push({ atMs: this.network.nowMs + relayLatencyMs, task }),
    });
    const random = seededRandom(seed);
    const make = (id: number, isPlain: boolean): WaysSide => {
      const plain = this.network.addDevice(id).backend;
      const side = { directTries: 0 };
      const direct: BackendFactory = (configuration, observer) => {
        side.directTries += 1;
        return plain(configuration, options.standsEarly === true ? standingEarly(observer) : observer);
      };
      const clock = { nowMs: () => this.network.nowMs };
      const plan = { direct, clock, random, headStartMs: options.headStartMs ?? 2_000 };
      const ways = isPlain ? null : relayThrough(this.relay.pipe(id)).to(id === 1 ? 2 : 1, plan);
      const connection = new WebRTCPeerConnection({ backend: ways?.backend ?? direct, clock });
      return Object.assign(side, { ways, connection });
    };
    this.a = make(1, false);
    this.b = make(2, options.isPlain ?? false);
    if (!isReachable) this.network.setReachable(1, 2, false);
    for (const [{ connection: from }, { connection: to }] of [
      [this.a, this.b],
      [this.b, this.a],
    ] as const) {
      from.initialize(this.#configuration);
      from.on("sessionDescriptionCreated", (type, sdp) => {
        from.setLocalDescription(type, sdp);
        to.setRemoteDescription(type, sdp);
      });
      from.on("iceCandidateCreated", (...candidate) => void to.addIceCandidate(...candidate));
    }
  }

  negotiate(id: number, options: DataChannelOptions = {}): [WebRTCDataChannel, WebRTCDataChannel] {
    const made = [this.a, this.b].map(({ connection }) =>
      connection.createDataChannel(`channel ${id}`, { ...options, negotiated: true, id }),
    );
    return made as [WebRTCDataChannel, WebRTCDataChannel];
  }

  offer(): void {
    this.a.connection.createOffer();
  }

  step(): void {
    for (let i = 0; i < this.#stepMs; i++) {
      this.network.advance(1);
      const now = this.network.nowMs;
      const due = this.#due.filter(({ atMs }) => atMs <= now);
      this.#due = this.#due.filter(({ atMs }) => atMs > now);
      for (const { task } of due) task();
    }
    for (const { ways, connection } of [this.a, this.b]) {
      ways?.poll();
      connection.poll();
    }
  }

  pass(ms: number, each: () => void = () => {}): void {
    for (const end = this.network.nowMs + ms; this.network.nowMs < end; ) {
      this.step();
      each();
    }
  }

  /** Steps until something holds; gives how long that took, in ms. */
  until(condition: () => boolean, what: string, deadlineMs = 60_000, each: () => void = () => {}): number {
    const startMs = this.network.nowMs;
    while (!condition()) {
      if (this.network.nowMs - startMs > deadlineMs) throw new Error(`still waiting after ${deadlineMs} ms: ${what}`);
      this.step();
      each();
    }
    return this.network.nowMs - startMs;
  }

  get areConnected(): boolean {
    return [this.a, this.b].every(({ connection }) => connection.getConnectionState() === ConnectionState.CONNECTED);
  }

  get carriers(): (string | null | undefined)[] {
    return [this.a, this.b].map(({ ways }) => ways?.carrier);
  }

  connect(...channels: readonly WebRTCDataChannel[]): number {
    this.offer();
    return this.until(
      () => this.areConnected && channels.every((channel) => channel.getReadyState() === 1),
      "the two to connect",
    );
  }

  close(): void {
    this.a.connection.close();
    this.b.connection.close();
    this.pass(6_000);
  }
}
