import { TransferMode } from "../src/multiplayer/multiplayer-peer.ts";
import { World } from "../src/simulator/index.ts";

export interface MeshLoad {
  readonly peers: number;
  /** Packets that each peer sends to all in each tick. */
  readonly packetsATick: number;
}

const PACKET = new Uint8Array(32);
/** Before anything is measured: connected, and everything compiled. Unit: packets sent. */
const WARM_UP_PACKETS = 100_000;

/** A mesh on a simulated network of 30 ms and 5 % loss, in which everybody sends to everybody. */
export class SimulatedMesh {
  readonly load: MeshLoad;
  readonly #world: World;

  constructor(load: MeshLoad) {
    this.load = load;
    const { peers, packetsATick } = load;
    this.#world = new World({
      seed: 1,
      link: { latencyMs: 30, lossRatio: 0.05 },
      game: ({ peer }) => ({
        tick() {
          for (let left = peer.getAvailablePacketCount(); left > 0; left--) peer.getPacket();
          peer.transferMode = TransferMode.UNRELIABLE;
          for (let sent = 0; sent < packetsATick; sent++) peer.putPacket(PACKET);
        },
      }),
    });
    for (let id = 1; id <= peers; id++) this.#world.join(id);
    this.#world.runUntil(() => this.#world.isMeshed, { withinTicks: 6_000 });
    this.#world.run(Math.ceil(WARM_UP_PACKETS / Math.max(1, packetsOf(load, 1))));
  }

  /** Processor time of so many ticks. Unit: µs. */
  measure(ticks: number): number {
    const before = process.cpuUsage();
    this.#world.run(ticks);
    const { user, system } = process.cpuUsage(before);
    return user + system;
  }
}

/** Packets that all peers send in so many ticks. */
export function packetsOf({ peers, packetsATick }: MeshLoad, ticks: number): number {
  return ticks * peers * (peers - 1) * packetsATick;
}
