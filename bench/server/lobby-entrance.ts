import { LOBBY_ROOM, LobbyLimits, RELAY_TYPE } from "../../src/lobby/protocol.ts";
import { createOptions, joinOptions } from "../../test/support/raw-lobby-client.ts";
import { binaryFrame } from "./lean-socket.ts";
import type { Entrance, Player, Ports, RelayPair } from "./player.ts";
import { ROOM_DATA_BYTES, RoomPlayer, roomFrame } from "./room-player.ts";

interface Seat {
  readonly code: string;
  readonly peerId: number;
  readonly token: string;
}

/** A member of a lobby of ours. It acknowledges what it reads, as a real one must. */
class LobbyPlayer extends RoomPlayer {
  seat: Seat = { code: "", peerId: 0, token: "" };
  #received = 0;
  #acknowledged = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  async create(port: number, maxPeers: number): Promise<void> {
    await this.#sit(port, `/matchmake/create/${LOBBY_ROOM}`, { ...createOptions, maxPeers });
  }

  async join(port: number, code: string): Promise<void> {
    await this.#sit(port, `/matchmake/joinById/${code}`, joinOptions);
  }

  frameTo(receiver: LobbyPlayer, signal: unknown): Buffer {
    return roomFrame("signal", { to: receiver.seat.peerId, signal });
  }

  override leave(): Promise<void> {
    clearTimeout(this.#timer);
    return super.leave();
  }

  protected override heard(): void {
    this.#received += 1;
    if (this.#received - this.#acknowledged >= LobbyLimits.signalsPerAck) this.#acknowledge();
    else {
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        if (this.#received > this.#acknowledged) this.#acknowledge();
      }, LobbyLimits.ackAfterMs);
    }
    super.heard();
  }

  #acknowledge(): void {
    this.#acknowledged = this.#received;
    this.send(roomFrame("ack", { received: this.#received }));
  }

  async #sit(port: number, path: string, options: object): Promise<void> {
    const { seat } = await this.enter(port, path, options);
    this.seat = seat as Seat;
    this.#acknowledge();
  }
}

/** A member's second socket. */
class RelaySocket extends RoomPlayer {
  async join(port: number, { code, token }: Seat): Promise<void> {
    await this.enter(port, `/matchmake/joinById/${code}`, { ...joinOptions, token, relay: true });
  }

  frameTo(): Buffer {
    throw new Error("packets go by a relay's socket, and no signals");
  }
}

async function join(ports: Ports, players: number): Promise<readonly LobbyPlayer[]> {
  const [host, ...guests] = Array.from({ length: players }, () => new LobbyPlayer()) as [LobbyPlayer, ...LobbyPlayer[]];
  await host.create(ports[0] as number, players);
  await Promise.all(guests.map((guest, at) => guest.join(ports[(at + 1) % ports.length] as number, host.seat.code)));
  return [host, ...guests];
}

async function relay(ports: Ports, packetBytes: number): Promise<RelayPair> {
  const members = (await join(ports, 2)) as readonly [LobbyPlayer, LobbyPlayer];
  const sockets = [new RelaySocket(), new RelaySocket()] as const;
  for (const [at, socket] of sockets.entries()) {
    await socket.join(ports[0] as number, (members[at] as LobbyPlayer).seat);
  }
  const packet = Buffer.alloc(packetBytes);
  packet.set([ROOM_DATA_BYTES, RELAY_TYPE]);
  packet.writeUInt32BE(members[1].seat.peerId, 2);
  const frame = binaryFrame(packet);
  const pair: RelayPair = {
    onPacket: () => {},
    send: () => sockets[0].send(frame),
    leave: async () => {
      await Promise.all([...sockets, ...members].map((each: Player) => each.leave()));
    },
  };
  sockets[1].onBytes = () => pair.onPacket();
  return pair;
}

export const lobbyEntrance: Entrance = { join, relay };
