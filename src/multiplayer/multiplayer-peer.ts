import { drawPeerId } from "../base/peer-id.ts";
import type { Pollable } from "../base/pollable.ts";
import { type RandomSource, systemRandom } from "../base/random.ts";
import { PacketPeer } from "../connection/packet-peer.ts";
import type { DisconnectReason } from "./disconnect-reason.ts";

/** How a packet travels. Values as in Godot. */
export const TransferMode = {
  /** May be lost, may arrive out of order, is given up rather than sent late: positions. */
  UNRELIABLE: 0,
  /** May be lost, arrives in order: one-shot effects. */
  UNRELIABLE_ORDERED: 1,
  /** Arrives, once and in order: everything that counts. */
  RELIABLE: 2,
} as const;
export type TransferMode = (typeof TransferMode)[keyof typeof TransferMode];

/** Whether this peer takes part. Values as in Godot. */
export const ConnectionStatus = {
  DISCONNECTED: 0,
  CONNECTING: 1,
  CONNECTED: 2,
} as const;
export type ConnectionStatus = (typeof ConnectionStatus)[keyof typeof ConnectionStatus];

/** Target of packets that go to every peer. */
export const TARGET_PEER_BROADCAST = 0;
/** Target of packets that go to the server, or to the mesh's peer 1. */
export const TARGET_PEER_SERVER = 1;

export interface MultiplayerPeerEvents {
  /** A peer is there, both ways: what is sent to it from now on travels. */
  peerConnected: (id: number) => void;
  /** A peer that was connected is gone. The reason is an addition to Godot's signal. */
  peerDisconnected: (id: number, reason: DisconnectReason) => void;
  /** Addition: a peer that was added never got connected, and was removed. No `peerConnected` came before. */
  peerFailed: (id: number, reason: DisconnectReason) => void;
}

/**
 * Godot's `MultiplayerPeer`: numbered peers, three ways to deliver, one `poll()` a tick.
 *
 * Set `transferMode`, `transferChannel` and the target, then `putPacket`; the settings stay until changed.
 * After `poll()`, for each of `getAvailablePacketCount()`: ask `getPacketPeer()`, `getPacketChannel()` and
 * `getPacketMode()`, which describe the next packet, then take it by `getPacket()`.
 */
export abstract class MultiplayerPeer extends PacketPeer<MultiplayerPeerEvents> implements Pollable {
  /** How the next packets travel on channel 0. Default `RELIABLE`. */
  transferMode: TransferMode = TransferMode.RELIABLE;
  /** Which channel the next packets take: 0, or from 1 on one of the extra channels, whose mode is fixed. Default 0. */
  transferChannel = 0;
  /** While true, no peer can be added. Default false. */
  refuseNewConnections = false;
  wake: (() => void) | null = null;

  /** 0: everybody. n > 0: only peer n. n < 0: everybody but peer −n. Stays until changed. */
  abstract setTargetPeer(id: number): void;
  /** Sender of the next packet; 0 if there is none. */
  abstract getPacketPeer(): number;
  /** Channel of the next packet; 0 if there is none. */
  abstract getPacketChannel(): number;
  /** Mode in which the next packet was sent; `RELIABLE` if there is none. */
  abstract getPacketMode(): TransferMode;
  abstract poll(): void;
  /** Delivers what was sent, closes every connection, forgets everything. No events. */
  abstract close(): void;
  /** Ends the connection to one peer. `force`: at once, and without `peerDisconnected`. */
  abstract disconnectPeer(id: number, force?: boolean): void;
  abstract getConnectionStatus(): ConnectionStatus;
  /** This peer's own id; 0 while it takes part in nothing. */
  abstract getUniqueId(): number;
  /** Whether packets for peers that are not connected directly can go through the server. */
  isServerRelaySupported(): boolean {
    return false;
  }

  /** A random id from 2 to 2,147,483,647. Nobody checks that it is not taken: lobbies do that. */
  generateUniqueId(random: RandomSource = systemRandom): number {
    return drawPeerId(random);
  }
}
