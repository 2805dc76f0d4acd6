import { setDiagnosticsHandler, WebRTCMultiplayerPeer, type WebRTCPeerConnection } from "tickmesh";
import { connectMesh, type SignallerEvent } from "tickmesh/signalling";
import type { MeshAgent, Order, Tell } from "./mesh-agent.ts";
import { payloadBytes, readPayload } from "./payload.ts";
import { ToldSignaller } from "./told-signaller.ts";

const POLL_EVERY_MS = 5;

/** A member that runs tickmesh: the same in every browser, and in Node. */
export class TickmeshAgent implements MeshAgent {
  readonly #tell: Tell;
  readonly #createConnection: (() => WebRTCPeerConnection) | undefined;
  #peer = new WebRTCMultiplayerPeer();
  #signaller: ToldSignaller | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** `createConnection`: where there is no `RTCPeerConnection`. */
  constructor(tell: Tell, createConnection?: () => WebRTCPeerConnection) {
    this.#tell = tell;
    this.#createConnection = createConnection;
    setDiagnosticsHandler((words) => tell({ kind: "diagnosis", words }));
  }

  join(id: number, channels: readonly (0 | 1 | 2)[]): void {
    this.leave([]);
    this.#tell({ kind: "joined", id });
    const peer = new WebRTCMultiplayerPeer();
    peer.createMesh(id, channels);
    peer.on("peerConnected", (other) => this.#tell({ kind: "connected", id: other }));
    peer.on("peerDisconnected", (other, reason) => this.#tell({ kind: "disconnected", id: other, reason }));
    this.#peer = peer;
    this.#signaller = new ToldSignaller(id, this.#tell);
    const create = this.#createConnection;
    const connector = connectMesh(peer, this.#signaller, create === undefined ? {} : { createConnection: create });
    connector.on("pairFailed", (other, reason, _attempt, willRetry) => {
      if (willRetry) this.#tell({ kind: "retry", id: other, reason });
      else this.#tell({ kind: "trouble", words: `no way to ${other}: ${reason}` });
    });
    this.#timer = setInterval(() => this.#poll(), POLL_EVERY_MS);
  }

  hear(event: SignallerEvent): void {
    this.#signaller?.events.push(event);
  }

  put(orders: readonly Order[]): number[] {
    return orders.map(({ target, mode, channel, ...payload }) => {
      this.#peer.setTargetPeer(target);
      this.#peer.transferMode = mode;
      this.#peer.transferChannel = channel;
      return this.#peer.putPacket(payloadBytes(payload));
    });
  }

  largest(id: number): number {
    return this.#peer.getPeer(id)?.connection.maxPacketSize ?? 0;
  }

  leave(orders: readonly Order[]): void {
    this.put(orders);
    clearInterval(this.#timer);
    this.#peer.close();
  }

  #poll(): void {
    this.#peer.poll();
    while (this.#peer.getAvailablePacketCount() > 0) {
      const [from, mode, channel] = [
        this.#peer.getPacketPeer(),
        this.#peer.getPacketMode(),
        this.#peer.getPacketChannel(),
      ];
      this.#tell({ kind: "packet", from, mode, channel, payload: readPayload(this.#peer.getPacket()) });
    }
  }
}
