import type { PeerEntry } from "./peer-entry.ts";

/** Whose packet is read next: one a peer in turn, and of each peer its first channel that has one. */
export class PacketCursor {
  /** `null`: nobody has a packet. */
  peer: PeerEntry | null = null;
  channelIndex = 0;

  /** Moves on to the next connected peer with a packet: at last to the same one again. */
  advance(peers: readonly PeerEntry[]): void {
    // −1 for nobody's: then it begins with the first.
    const position = peers.indexOf(this.peer as PeerEntry);
    this.peer = null;
    this.channelIndex = 0;
    for (let step = 1; step <= peers.length; step++) {
      const peer = peers[(position + step) % peers.length] as PeerEntry;
      const channelIndex = peer.connected && !peer.removed ? peer.firstReadable() : -1;
      if (channelIndex < 0) continue;
      this.peer = peer;
      this.channelIndex = channelIndex;
      return;
    }
  }

  /** Moves on if the packet it points at is gone: somebody closed the connection, or read from the channel itself. */
  refresh(peers: readonly PeerEntry[]): void {
    if (this.peer?.channels[this.channelIndex]?.getAvailablePacketCount() === 0) this.advance(peers);
  }
}
