import type { ChannelBackend, ChannelOptions, ConnectionBackend } from "../../src/seam/connection-backend.ts";
import type { Device } from "../../src/simulator/network/device.ts";
import { VirtualNetwork } from "../../src/simulator/network/virtual-network.ts";

/** What `networkHash()` gives in every engine, for as long as the simulated network behaves as it does. */
export const NETWORK_HASH = "cd5fd6705409d9cb";

const DEVICES = [1, 2, 700_000_003];
const ROUNDS = 200;
const ROUND_MS = 25;

/** Streams of every kind: ordered or not, reliable, with a lifetime, with a number of retransmissions. */
const CHANNELS: readonly Partial<ChannelOptions>[] = [
  {},
  { ordered: false },
  { maxRetransmits: 0, ordered: false },
  { maxRetransmits: 2 },
  { maxPacketLifeTime: 40 },
];

/** One end of one connection, driven by hand: the network alone, and nothing that stands on it. */
class End {
  readonly backend: ConnectionBackend;
  readonly channels: readonly ChannelBackend[];
  #far: End | null = null;

  constructor(device: Device) {
    this.backend = device.backend(
      {},
      {
        onDescription: (type, sdp) => {
          this.backend.setLocalDescription(type, sdp);
          this.#far?.backend.setRemoteDescription(type, sdp);
        },
        onIceCandidate: (media, index, name) => this.#far?.backend.addIceCandidate(media, index, name),
        onChannel: () => {},
        onConnectionState: () => {},
        onGatheringState: () => {},
        onSignalingState: () => {},
        onOperationFailed: () => {},
      },
    );
    this.channels = CHANNELS.map((options, id) => {
      const all = { negotiated: true, id, ordered: true, maxPacketLifeTime: null, maxRetransmits: null, protocol: "" };
      const channel = this.backend.createChannel(`channel ${id}`, { ...all, ...options });
      channel.observer = { onOpen() {}, onMessage() {}, onClosing() {}, onClosed() {}, onBufferedAmountLow() {} };
      return channel;
    });
  }

  offerTo(far: End): void {
    this.#far = far;
    far.#far = this;
    this.backend.createOffer();
  }

  send(round: number): void {
    for (const [index, channel] of this.channels.entries()) {
      if ((round + index) % 3 !== 0) continue;
      const bytes = new Uint8Array(1 + ((round * 997 + index * 131) % 4_000)).fill(round + index);
      try {
        channel.send(bytes);
      } catch {
        // It is not open yet.
      }
    }
  }
}

/** A fixed script on the network alone: connections, every kind of channel, loss, jitter, a stall, a partition, a close, a crash. */
export function networkHash(): string {
  const link = {
    latencyMs: 30,
    jitterMs: 25,
    lossRatio: 0.03,
    reorderRatio: 0.02,
    reorderMs: 20,
    bandwidthKbps: 4_000,
  };
  const network = new VirtualNetwork({ seed: 20_261_123, link });
  const devices = DEVICES.map((id) => network.addDevice(id, { clockOffsetMs: id % 1_000, clockDriftPpm: 40 }));
  const ends: End[] = [];
  for (const [index, device] of devices.entries()) {
    for (const other of devices.slice(index + 1)) {
      const [near, far] = [new End(device), new End(other)];
      ends.push(near, far);
      near.offerTo(far);
    }
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const end of ends) end.send(round);
    if (round === 40) devices[0]?.stall(400);
    if (round === 60) network.setLink({ burst: { startRatio: 0.05, endRatio: 0.3, lossRatio: 0.8 } });
    if (round === 80) network.partition([[1], [2]]);
    if (round === 100) network.heal();
    if (round === 120) network.setLink({ bandwidthKbps: 300, queueBytes: 20_000, duplicateRatio: 0.05 });
    if (round === 150) ends[0]?.backend.close();
    if (round === 170) devices[2]?.crash();
    network.advance(ROUND_MS);
  }
  network.advance(20_000);
  return network.trace.hash;
}
