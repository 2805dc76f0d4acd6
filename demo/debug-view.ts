import type { LobbyGame } from "./lobby-game.ts";
import type { PracticeStay } from "./practice-game.ts";

/**
 * What `window.floe` shows: for tests and for the console. Reading it changes nothing; the game never reads it. Everything that it
 * gives is plain and can be copied out of the page.
 */
export class DebugView {
  game: LobbyGame | null = null;
  practice: PracticeStay | null = null;

  get mode(): "lobby" | "game" | "practice" {
    return this.game !== null ? "game" : this.practice !== null ? "practice" : "lobby";
  }

  get state(): object | null {
    const { game } = this;
    if (game === null) return null;
    const { lobby, hud } = game;
    const { model, session, players, hostId, counters } = game.game;
    const peers = [...players.values()].map(({ id, look, poses }) => ({
      id,
      name: look.name,
      delayMs: Math.round(poses.delayMs),
      ...session.statistics(id),
    }));
    return {
      selfId: model.selfId,
      hostId,
      lobbyHostId: lobby.hostId,
      code: lobby.code,
      locked: lobby.locked,
      lobbyState: lobby.state,
      members: [...lobby.members.keys()],
      peers,
      players: model.players.map(({ id, name, colour, pose }) => ({ id, name, colour, pose })),
      round: model.round,
      bolts: model.bolts.length,
      chat: [...hud.chat.lines],
      notices: [...hud.notices.heard],
      held: hud.notices.held,
      counters: { ...counters },
    };
  }
}
