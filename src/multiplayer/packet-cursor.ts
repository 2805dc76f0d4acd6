import type { PeerEntry } from "./peer-entry.ts";

/** Whose packet is read next: one a peer in turn, and of each peer its first channel that has one. */
export class PacketCursor {
  /** `null`: nobody has a packet. */
  peer: PeerEntry | null = null;
  channelIndex = 0;
  /** Where `peer` stands in the list, −1 for before its start. */
  #position = -1;

  /** Moves on to the next connected peer with a packet: at last to the same one again. */
  advance(peers: readonly PeerEntry[]): void {
    for (let step = 1; step <= peers.length; step++) {
      const position = (this.#position + step) % peers.length;
      const peer = peers[position] as PeerEntry;
      if (!peer.connected) continue;
      const channelIndex = peer.firstReadable();
      if (channelIndex < 0) continue;
      this.peer = peer;
      this.channelIndex = channelIndex;
      this.#position = position;
      return;
    }
    this.reset();
  }

  /** Moves on if the packet it points at is gone: somebody closed the connection, or read from the channel itself. */
  refresh(peers: readonly PeerEntry[]): void {
    if (this.peer?.channels[this.channelIndex]?.getAvailablePacketCount() === 0) this.advance(peers);
  }

  /** The peer that stood at `position` has left; `peers` are those that remain. */
  removed(position: number, peers: readonly PeerEntry[]): void {
    if (position > this.#position) return;
    this.#position -= 1;
    if (position === this.#position + 1) this.advance(peers);
  }

  reset(): void {
    this.peer = null;
    this.channelIndex = 0;
    this.#position = -1;
  }
}
