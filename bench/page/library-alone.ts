import { WebRTCMultiplayerPeer, WebRTCPeerConnection } from "tickmesh";
import { loopbackBackend } from "./loopback-backend.ts";

export interface LibraryAloneOptions {
  readonly subject: "channel" | "mesh peer";
  /** Packets put, polled once, and taken. */
  readonly packetsAPoll: number;
  readonly packetBytes: number;
}

/** Runs `count` packets through, `packetsAPoll` at a time. */
type Pump = (count: number) => void;

/** Batches between two looks at the clock. */
const BATCH_PACKETS = 9_984;

/** Main-thread time of one `putPacket` and one `getPacket`, and their share of a poll. Unit: µs. */
export function libraryAlone(options: LibraryAloneOptions & { readonly measureMs: number }): number {
  const pump = pumpOf(options);
  pump(BATCH_PACKETS);
  const startMs = performance.now();
  let packets = 0;
  let elapsedMs: number;
  do {
    pump(BATCH_PACKETS);
    packets += BATCH_PACKETS;
    elapsedMs = performance.now() - startMs;
  } while (elapsedMs < options.measureMs);
  return (elapsedMs * 1_000) / packets;
}

/** Runs `count` packets through, after as many to warm up: for whoever looks at the heap meanwhile. */
export function preparePump(options: LibraryAloneOptions): { readonly run: Pump } {
  const run = pumpOf(options);
  run(1_000_000);
  return { run };
}

function pumpOf(options: LibraryAloneOptions): Pump {
  return options.subject === "channel" ? channelPump(options) : meshPump(options);
}

function channelPump({ packetsAPoll, packetBytes }: LibraryAloneOptions): Pump {
  const connection = new WebRTCPeerConnection({ backend: loopbackBackend(packetBytes) });
  const channel = connection.createDataChannel("bench", { negotiated: true, id: 1 });
  if (channel === null) throw new Error("no channel");
  connection.createOffer();
  connection.poll();
  const packet = new Uint8Array(packetBytes);
  return (count) => {
    let bytes = 0;
    for (let done = 0; done < count; done += packetsAPoll) {
      for (let i = 0; i < packetsAPoll; i++) channel.putPacket(packet);
      connection.poll();
      while (channel.getAvailablePacketCount() > 0) bytes += channel.getPacket().length;
    }
    check(bytes, count * packetBytes);
  };
}

function meshPump({ packetsAPoll, packetBytes }: LibraryAloneOptions): Pump {
  const peer = new WebRTCMultiplayerPeer();
  peer.createMesh(1);
  const connection = new WebRTCPeerConnection({ backend: loopbackBackend(packetBytes) });
  peer.addPeer(connection, 2);
  connection.createOffer();
  peer.poll();
  peer.setTargetPeer(2);
  const packet = new Uint8Array(packetBytes);
  return (count) => {
    let bytes = 0;
    for (let done = 0; done < count; done += packetsAPoll) {
      for (let i = 0; i < packetsAPoll; i++) peer.putPacket(packet);
      peer.poll();
      while (peer.getPacketPeer() !== 0) bytes += peer.getPacket().length;
    }
    check(bytes, count * packetBytes);
  };
}

function check(bytes: number, expected: number): void {
  if (bytes !== expected) throw new Error(`${bytes} bytes came back of ${expected}`);
}
