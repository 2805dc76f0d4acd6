import { BARE_ROOM } from "./bare-room.ts";
import { binaryFrame } from "./lean-socket.ts";
import type { Entrance, Ports, RelayPair } from "./player.ts";
import { ROOM_DATA_BYTES, RoomPlayer, roomFrame } from "./room-player.ts";

interface BareWelcome {
  readonly roomId: string;
  readonly sessionId: string;
}

class BarePlayer extends RoomPlayer {
  roomId = "";
  #sessionId = "";

  async sit(port: number, path: string): Promise<void> {
    const welcome = await this.enter(port, path, {});
    const { roomId, sessionId } = welcome as unknown as BareWelcome;
    this.roomId = roomId;
    this.#sessionId = sessionId;
  }

  frameTo(receiver: BarePlayer, signal: unknown): Buffer {
    return roomFrame("signal", { to: receiver.#sessionId, signal });
  }
}

async function join([port]: Ports, players: number): Promise<readonly BarePlayer[]> {
  if (port === undefined) throw new Error("no server");
  const [first, ...others] = Array.from({ length: players }, () => new BarePlayer()) as [BarePlayer, ...BarePlayer[]];
  await first.sit(port, `/matchmake/create/${BARE_ROOM}`);
  await Promise.all(others.map((other) => other.sit(port, `/matchmake/joinById/${first.roomId}`)));
  return [first, ...others];
}

async function relay(ports: Ports, packetBytes: number): Promise<RelayPair> {
  const [from, to] = (await join(ports, 2)) as readonly [BarePlayer, BarePlayer];
  const packet = Buffer.alloc(packetBytes);
  packet[0] = ROOM_DATA_BYTES;
  const frame = binaryFrame(packet);
  const pair: RelayPair = {
    onPacket: () => {},
    send: () => from.send(frame),
    leave: async () => {
      await Promise.all([from.leave(), to.leave()]);
    },
  };
  to.onBytes = () => pair.onPacket();
  return pair;
}

export const bareEntrance: Entrance = { join, relay };
