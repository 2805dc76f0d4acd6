import { relayThrough } from "../../src/backends/paths/index.ts";
import { WebRTCMultiplayerPeer } from "../../src/multiplayer/web-rtc-multiplayer-peer.ts";
import type { ConnectionConfiguration } from "../../src/seam/connection-backend.ts";
import { MeshConnector } from "../../src/signalling/mesh-connector.ts";
import type { Signaller } from "../../src/signalling/signaller.ts";
import { SimulatedNetwork, type VirtualNetworkOptions } from "../../src/simulator/network/simulated-network.ts";
import type { VirtualDevice } from "../../src/simulator/network/virtual-device.ts";
import { VirtualSignalling, type VirtualSignallingOptions } from "../../src/simulator/network/virtual-signalling.ts";
import { MemoryRelay } from "./memory-relay.ts";

/** What the relay of a mesh takes for each packet. Unit: µs. */
const RELAY_US = 40_000;

/** One peer of a mesh on a virtual network, and all that it saw. */
export interface VirtualPeer {
  readonly device: VirtualDevice;
  readonly peer: WebRTCMultiplayerPeer;
  readonly connector: MeshConnector;
  readonly signaller: Signaller;
  /** What each of its direct ways was made with. */
  readonly configurations: readonly ConnectionConfiguration[];
  /** `"+2"`, `"-2 timed-out"`, `"down"`, with the ms at which it showed. */
  readonly log: [atMs: number, what: string][];
  readonly packets: [from: number, bytes: number[]][];
}

/** Meshes on a virtual network, without the world that users get: for tests of the network itself. */
export class VirtualMesh {
  readonly network: SimulatedNetwork;
  readonly signalling: VirtualSignalling;
  readonly peers = new Map<number, VirtualPeer>();
  /** The server's: packets take 40 ms from one member to another. `null`: nobody uses one. */
  readonly relay: MemoryRelay | null;

  constructor(
    options: VirtualNetworkOptions = {},
    signalling: VirtualSignallingOptions = {},
    { hasRelay = false }: { readonly hasRelay?: boolean } = {},
  ) {
    this.network = new SimulatedNetwork(options);
    this.signalling = new VirtualSignalling(this.network, signalling);
    const { schedule } = this.network;
    const later = (task: () => void): void => schedule.add(schedule.nowUs + RELAY_US, { fire: task }, null);
    this.relay = hasRelay ? new MemoryRelay({ later }) : null;
  }

  join(...ids: readonly number[]): this {
    for (const id of ids) this.#add(this.network.addDevice(id));
    return this;
  }

  peer(id: number): VirtualPeer {
    return this.peers.get(id) as VirtualPeer;
  }

  /** Whether all whose devices run are connected to all of them. */
  get isComplete(): boolean {
    const alive = [...this.peers.values()].filter(({ device }) => !device.isCrashed);
    return alive.every(({ peer, device }) =>
      alive.every((other) => other.device === device || peer.getPeer(other.device.id)?.connected === true),
    );
  }

  /** Lets time pass, each peer polling every 10 ms, whether it stalls or not: a main thread that stands still polls nothing. */
  pass(ms: number): void {
    for (let passed = 0; passed < ms; passed += 10) {
      this.network.advance(10);
      for (const { device, peer, packets } of this.peers.values()) {
        if (device.isStalled || device.isCrashed) continue;
        peer.poll();
        while (peer.getAvailablePacketCount() > 0) {
          const from = peer.getPacketPeer();
          packets.push([from, [...peer.getPacket()]]);
        }
      }
    }
  }

  /** Lets time pass until all are connected; gives how long it took. Unit: ms. */
  connect(withinMs = 20_000): number {
    const startMs = this.network.nowMs;
    while (!this.isComplete && this.network.nowMs - startMs < withinMs) this.pass(10);
    if (!this.isComplete) throw new Error(`not connected within ${withinMs} ms of virtual time`);
    return this.network.nowMs - startMs;
  }

  #add(device: VirtualDevice): void {
    const peer = new WebRTCMultiplayerPeer({ clock: device.clock });
    peer.createMesh(device.id);
    const signaller = this.signalling.join(device);
    const configurations: ConnectionConfiguration[] = [];
    const connector = new MeshConnector(peer, signaller, {
      clock: device.clock,
      random: device.random("connector"),
      backend: (configuration, observer) => {
        configurations.push(configuration);
        return device.backend(configuration, observer);
      },
      networkChanges: device.networkChanges,
      relay: this.relay && relayThrough(this.relay.pipe(device.id)),
    });
    const log: VirtualPeer["log"] = [];
    const note = (what: string): void => void log.push([this.network.nowMs, what]);
    peer.on("peerConnected", (id) => note(`+${id}`));
    peer.on("peerDisconnected", (id, reason) => note(`-${id} ${reason}`));
    connector.on("down", () => note("down"));
    connector.on("up", () => note("up"));
    connector.on("kicked", () => note("kicked"));
    connector.on("pairFailed", (id, reason) => note(`!${id} ${reason}`));
    this.peers.set(device.id, { device, peer, connector, signaller, configurations, log, packets: [] });
  }
}
