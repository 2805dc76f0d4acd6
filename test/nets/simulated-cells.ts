import type {
  ChannelBackend,
  ChannelObserver,
  ConnectionBackend,
  ConnectionObserver,
} from "../../src/seam/connection-backend.ts";
import type { Device } from "../../src/simulator/network/device.ts";
import { VirtualNetwork } from "../../src/simulator/network/virtual-network.ts";
import { type Cell, MESSAGE_BYTES, type Outcome, RATES_HZ, WARM_UP_MS } from "./cell.ts";

/**
 * The same script on the simulator. `processorMs`: what the real thing takes beside the wire for one message, which the simulator
 * has no part in; added to the link's latency.
 */
export function runSimulated(
  { kind, roundTripMs, lossPercent }: Cell,
  seconds: number,
  processorMs: number,
  seed: number,
): Outcome {
  const network = new VirtualNetwork({ seed, link: { latencyMs: roundTripMs / 2 + processorMs } });
  const ends = [new End(network.addDevice(1)), new End(network.addDevice(2))] as const;
  const streams = ends.map((end, index) => {
    const channel = end.backend.createChannel("cell", { negotiated: true, id: 1, protocol: "", ...kind.options });
    return {
      channel,
      rateHz: RATES_HZ[index as 0 | 1],
      sentAt: [] as number[],
      latencies: [] as number[],
      isOpen: false,
    };
  });
  for (const [index, stream] of streams.entries()) {
    const far = streams[1 - index] as (typeof streams)[number];
    far.channel.observer = listening(
      () => {
        far.isOpen = true;
      },
      (data) => stream.latencies.push(network.nowMs - (stream.sentAt[new DataView(data).getUint32(0)] as number)),
    );
  }
  connect(ends, network);
  while (!streams.every(({ isOpen }) => isOpen)) network.advance(1);
  const startMs = network.nowMs;
  const message = new DataView(new ArrayBuffer(MESSAGE_BYTES));
  while (network.nowMs < startMs + WARM_UP_MS + seconds * 1_000) {
    network.advance(1);
    if (network.nowMs >= startMs + WARM_UP_MS) network.setLink({ lossRatio: lossPercent / 100 });
    for (const { channel, rateHz, sentAt } of streams) {
      if ((network.nowMs - startMs) * rateHz < sentAt.length * 1_000) continue;
      message.setUint32(0, sentAt.length);
      sentAt.push(network.nowMs);
      channel.send(new Uint8Array(message.buffer));
    }
  }
  network.advance(10_000);
  for (const { backend } of ends) backend.close();
  return {
    sent: streams.reduce((sum, { sentAt }) => sum + sentAt.length, 0),
    latenciesMs: streams.flatMap(({ latencies }) => latencies),
  };
}

/** One backend, which keeps what is for its far end. */
class End {
  readonly backend: ConnectionBackend;
  /** What is to be handed to the far end, in order. */
  readonly forFar: ((far: ConnectionBackend) => void)[] = [];

  constructor(device: Device) {
    const observer: ConnectionObserver = {
      onDescription: (type, sdp) => {
        this.backend.setLocalDescription(type, sdp);
        this.forFar.push((far) => far.setRemoteDescription(type, sdp));
      },
      onIceCandidate: (media, index, name) => this.forFar.push((far) => far.addIceCandidate(media, index, name)),
      onChannel: () => {},
      onConnectionState: () => {},
      onGatheringState: () => {},
      onSignalingState: () => {},
      onOperationFailed: (operation, reason) => {
        throw new Error(`${operation}: ${reason}`);
      },
    };
    this.backend = device.backend({ iceServers: [] }, observer);
  }
}

function connect([one, other]: readonly [End, End], network: VirtualNetwork): void {
  one.backend.createOffer();
  for (let waited = 0; waited < 2_000; waited++) {
    network.advance(1);
    for (const hand of one.forFar.splice(0)) hand(other.backend);
    for (const hand of other.forFar.splice(0)) hand(one.backend);
  }
}

function listening(
  onOpen: () => void,
  onMessage: (data: ArrayBuffer) => void,
): NonNullable<ChannelBackend["observer"]> {
  const observer: ChannelObserver = {
    onOpen,
    onMessage: (data) => onMessage(data as ArrayBuffer),
    onClosing: () => {},
    onClosed: () => {},
    onBufferedAmountLow: () => {},
  };
  return observer;
}
