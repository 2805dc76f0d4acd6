import { ConnectionStatus, ErrorCode, MultiplayerPeer, TransferMode } from "tickmesh";

interface Packet {
  readonly from: number;
  readonly mode: TransferMode;
  readonly bytes: Uint8Array;
}

/** Joins `MultiplayerPeer`s without any network: what one sends, the others can read after their next poll. */
export class PacketHub {
  readonly #peers = new Map<number, HubPeer>();
  /** Whom nothing reaches and from whom nothing comes, and what waits for its line. */
  readonly #cutOff = new Map<number, { readonly to: number; readonly packet: Packet }[]>();

  /** Holds up what is reliable to and from this peer, and loses the rest, until `restore`. Nobody is told. */
  cutOff(id: number): void {
    this.#cutOff.set(id, []);
  }

  restore(id: number): void {
    const waiting = this.#cutOff.get(id) ?? [];
    this.#cutOff.delete(id);
    for (const { to, packet } of waiting) this.#peers.get(to)?.arriving.push(packet);
  }

  join(id: number): HubPeer {
    const peer = new HubPeer(id, this);
    for (const other of this.#peers.values()) {
      other.connect(id);
      peer.connect(other.getUniqueId());
    }
    this.#peers.set(id, peer);
    return peer;
  }

  leave(id: number): void {
    this.#peers.delete(id);
    for (const other of this.#peers.values()) other.disconnectPeer(id);
  }

  carry(to: number, packet: Packet): void {
    for (const [id, peer] of this.#peers) {
      const meant = to === 0 || to === id || (to < 0 && -to !== id);
      if (!meant || id === packet.from) continue;
      const waiting = this.#cutOff.get(packet.from) ?? this.#cutOff.get(id);
      if (waiting === undefined) peer.arriving.push(packet);
      else if (packet.mode === TransferMode.RELIABLE) waiting.push({ to: id, packet });
    }
  }
}

class HubPeer extends MultiplayerPeer {
  readonly arriving: Packet[] = [];
  readonly #id: number;
  readonly #hub: PacketHub;
  readonly #readable: Packet[] = [];
  readonly #changes: (() => void)[] = [];
  #target = 0;

  constructor(id: number, hub: PacketHub) {
    super();
    this.#id = id;
    this.#hub = hub;
  }

  connect(id: number): void {
    this.#changes.push(() => this.emit("peerConnected", id));
  }

  poll(): void {
    for (const change of this.#changes.splice(0)) change();
    this.#readable.push(...this.arriving.splice(0));
  }

  disconnectPeer(id: number): void {
    this.#changes.push(() => this.emit("peerDisconnected", id, "left"));
  }

  setTargetPeer(id: number): void {
    this.#target = id;
  }

  putPacket(bytes: Uint8Array): ErrorCode {
    this.#hub.carry(this.#target, { from: this.#id, mode: this.transferMode, bytes: bytes.slice() });
    return ErrorCode.OK;
  }

  protected takePacket(): Uint8Array | ErrorCode {
    return this.#readable.shift()?.bytes ?? ErrorCode.ERR_UNAVAILABLE;
  }

  getAvailablePacketCount(): number {
    return this.#readable.length;
  }

  getPacketPeer(): number {
    return this.#readable[0]?.from ?? 0;
  }

  getPacketChannel(): number {
    return 0;
  }

  getPacketMode(): TransferMode {
    return this.#readable[0]?.mode ?? TransferMode.RELIABLE;
  }

  getConnectionStatus(): ConnectionStatus {
    return ConnectionStatus.CONNECTED;
  }

  getUniqueId(): number {
    return this.#id;
  }

  close(): void {
    this.#hub.leave(this.#id);
  }
}
