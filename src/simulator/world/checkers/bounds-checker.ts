import { ConnectionState } from "../../../connection/connection-state.ts";
import { MAX_UNREAD_BYTES, UNREAD_PACKET_OVERHEAD_BYTES } from "../../../connection/limits.ts";
import { TransferMode } from "../../../multiplayer/multiplayer-peer.ts";
import { MAX_BUFFERED_BYTES } from "../../../seam/bounds.ts";
import { MAX_PAIRS } from "../../../signalling/connector-limits.ts";
import type { ConnectionEnd, Member } from "../member.ts";
import type { MemberGame } from "../member-game.ts";
import type { World } from "../world.ts";
import type { ReceivedPacket, WorldObserver } from "../world-observer.ts";

/** The SCTP stream of a mesh's reliable channel. */
const RELIABLE_STREAM = 1;

/** Watches that bounds are kept: bytes that wait to be read, bytes that wait to be sent, pairs of a connector. */
export class BoundsChecker<Game extends MemberGame = MemberGame> implements WorldObserver {
  readonly #world: World<Game>;
  readonly #maxUnreadBytes: number;
  /** Reliable bytes that came up to the seam and were not received yet. Unreliable ones may be dropped, and are not counted. */
  readonly #unread = new WeakMap<ConnectionEnd, number>();
  /** Ends that were past the bound: their connections have to end. */
  readonly #overfull = new WeakSet<ConnectionEnd>();

  constructor(world: World<Game>) {
    this.#world = world;
    this.#maxUnreadBytes = world.conditions.maxUnreadBytes ?? MAX_UNREAD_BYTES;
  }

  arrived(end: ConnectionEnd, channelId: number, data: ArrayBuffer | string): void {
    if (channelId === RELIABLE_STREAM) {
      this.#count(end, cost(typeof data === "string" ? data.length * 2 : data.byteLength));
    }
  }

  received(member: Member, { from, mode, channel, bytes }: ReceivedPacket): void {
    if (mode !== TransferMode.RELIABLE || channel !== 0) return;
    const connection = member.peer.getPeer(from)?.connection;
    const end = connection && member.endOf(connection);
    if (end !== undefined) this.#count(end, -cost(bytes.length));
  }

  stepped(): void {
    for (const member of this.#world.members) {
      if (member.device.isStalled) continue;
      const pairs = member.connector.getPairs().length;
      if (pairs > MAX_PAIRS) this.#world.report(`${member.id} keeps ${pairs} pairs, the limit is ${MAX_PAIRS}`);
      this.#checkPeers(member);
    }
  }

  #checkPeers(member: Member): void {
    for (const [id, { connection, channels }] of member.peer.getPeers()) {
      if (connection.getConnectionState() >= ConnectionState.FAILED) continue;
      const end = member.endOf(connection);
      let readable = 0;
      for (const channel of channels) {
        readable += channel.getAvailablePacketCount();
        if (channel.getBufferedAmount() > MAX_BUFFERED_BYTES) {
          this.#world.report(`${member.id}: ${channel.getBufferedAmount()} bytes wait on a channel to ${id}`);
        }
      }
      const isOverfull = end !== undefined && this.#overfull.has(end);
      if (isOverfull || readable * UNREAD_PACKET_OVERHEAD_BYTES > this.#maxUnreadBytes) {
        this.#world.report(`${member.id} has had more than ${this.#maxUnreadBytes} bytes of ${id} unread, the limit`);
      }
    }
  }

  #count(end: ConnectionEnd, bytes: number): void {
    const unread = (this.#unread.get(end) ?? 0) + bytes;
    this.#unread.set(end, unread);
    if (unread > this.#maxUnreadBytes) this.#overfull.add(end);
  }
}

function cost(bytes: number): number {
  return bytes + UNREAD_PACKET_OVERHEAD_BYTES;
}
