import { TransferMode } from "tickmesh";
import { IDLE } from "../../demo/game/craft.ts";
import type { CraftInput } from "../../demo/game/types.ts";
import { GameSession } from "../../demo/net/game-session.ts";
import type { GameMessage } from "../../demo/net/messages.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { PacketHub } from "./demo-packet-hub.ts";

/** Players on one hub, on one clock, stepped together. */
export class GameTable {
  readonly hub = new PacketHub();
  readonly clock = new ManualClock();
  readonly lobby = { hostId: 1, serverPresent: true };
  /** Players who see the server differently from the others. */
  readonly ownView = new Map<number, GameTable["lobby"]>();
  /** Players whose page hangs: nothing of theirs is polled. */
  readonly asleep = new Set<number>();
  readonly players = new Map<number, ReturnType<GameTable["sit"]>>();

  sit(id: number) {
    const peer = this.hub.join(id);
    const heard: string[] = [];
    const keys: { now: CraftInput } = { now: IDLE };
    const view = (): GameTable["lobby"] => this.ownView.get(id) ?? this.lobby;
    const session = new GameSession({
      peer,
      facts: {
        get hostId() {
          return view().hostId;
        },
        get serverPresent() {
          return view().serverPresent;
        },
      },
      look: { name: `P${id}`, colour: 0x37c8ff },
      seed: 5,
      clock: this.clock,
      input: () => keys.now,
      listener: {
        playerJoined: (who, look) => heard.push(`+${who} ${look.name}`),
        playerLeft: (who, _, reason) => heard.push(`-${who} ${reason}`),
        said: (who, _, text) => heard.push(`${who}: ${text}`),
        seatGiven: (code, seat) => heard.push(`seat ${code} ${seat.peerId}`),
        hostChanged: (who) => heard.push(`host ${who}`),
      },
    });
    const player = { peer, session, heard, keys };
    this.players.set(id, player);
    return player;
  }

  leave(id: number): void {
    this.players.get(id)?.session.end();
    this.players.get(id)?.peer.close();
    this.players.delete(id);
  }

  run(ms: number): void {
    for (let done = 0; done < ms; done += 16) {
      this.clock.advance(16);
      for (const [id, { peer, session }] of this.players) {
        if (this.asleep.has(id)) continue;
        peer.poll();
        session.poll();
      }
    }
  }
}

/** Says something that an honest page would not. */
export function say(peer: ReturnType<PacketHub["join"]>, message: GameMessage | object, to = 0): void {
  peer.transferMode = TransferMode.RELIABLE;
  peer.setTargetPeer(to);
  peer.putVar(message);
}
