import { followHost } from "../../../src/host/follow-host.ts";
import type { Member } from "../../../src/simulator/world/member.ts";
import type { World } from "../../../src/simulator/world/world.ts";
import { HostGame } from "../host/host-game.ts";
import { Conversations } from "./conversations.ts";
import { StarLobby, type StarServer } from "./star-server.ts";

/** Each says something to each so often. Unit: ticks. */
const SAYS_TICKS = 4;

/** What all games of a run go by. */
export interface StarTable {
  readonly server: StarServer;
  readonly report: World["report"];
  /** Whether they say anything. */
  isTalking: boolean;
}

/** A game with a host in a star: everybody says something to everybody, by a numbered row, while hosts come and go. */
export class StarGame extends HostGame {
  readonly conversations: Conversations;
  readonly #lobby: StarLobby;
  readonly #table: StarTable;

  constructor(member: Member, table: StarTable, lobby = new StarLobby(member, table.server)) {
    super(member, { firstHost: () => lobby.hostId });
    this.#lobby = lobby;
    this.#table = table;
    this.conversations = new Conversations(member.random("conversations"));
    followHost(lobby, this.host);
    this.session.on("peerJoined", (peer) => this.conversations.joined(peer));
    this.session.on("peerLeft", (peer, reason) => this.conversations.left({ tick: this.now, peer, reason }));
    this.session.onMessage("said", (words, from) => {
      const fault = this.conversations.hear(from, words);
      if (fault !== null) table.report(`${member.id} ${fault}`);
    });
  }

  override tick(tick: number): void {
    this.#lobby.poll();
    super.tick(tick);
    if (!this.#table.isTalking || tick % SAYS_TICKS !== 0) return;
    for (const peer of this.session.peers) this.session.send("said", this.conversations.next(peer), { to: peer });
  }
}

/** In words whom something is still owed that was said to it; `null` if all has been heard. */
export function whoIsOwed(world: World<StarGame>): string | null {
  const present = world.members.filter(({ state }) => state === "present");
  for (const one of present) {
    for (const other of present) {
      const said = one.game.conversations.saidTo(other.id);
      if (said === undefined || said.count === 0) continue;
      const heard = other.game.conversations.heardOf(one.id);
      if (heard?.nonce !== said.nonce || heard.count !== said.count) {
        return `${other.id} has heard ${heard?.count ?? 0} of the ${said.count} messages of ${one.id}`;
      }
    }
  }
  return null;
}
