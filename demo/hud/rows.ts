import type { Lobby } from "tickmesh/lobby";
import type { PlayerLook } from "../game/types.ts";
import type { NetGame } from "../net/net-game.ts";
import { lookOf } from "../page/player-look.ts";
import type { PlayerRow, PlayerState } from "./player-list.ts";

/** The player list: oneself, everybody who is here, and everybody whom the lobby knows and who is not. */
export function playerRows(
  game: NetGame,
  lobby: Lobby,
  own: PlayerLook,
  absenceOf: (id: number) => PlayerState,
): PlayerRow[] {
  const { selfId, round } = game.model;
  const row = (id: number, { name, colour }: PlayerLook, state: PlayerState): PlayerRow => {
    const link = game.players.get(id)?.statistics ?? null;
    const player = round.players.find((it) => it.id === id);
    return {
      id,
      name,
      colour,
      isHost: id === game.hostId,
      score: player?.score ?? null,
      afloat: round.phase === "waiting" || player?.alive === true,
      state,
      link,
      via: link === null || link.via === 0 ? null : (game.players.get(link.via)?.look.name ?? null),
    };
  };
  const rows = [row(selfId, own, "self")];
  for (const { id, look, unstableSinceMs } of game.players.values()) {
    rows.push(row(id, look, unstableSinceMs === null ? "connected" : "unstable"));
  }
  for (const id of lobby.members.keys()) {
    if (id !== selfId && !game.players.has(id)) rows.push(row(id, memberLook(lobby, id), absenceOf(id)));
  }
  return rows;
}

export function memberLook(lobby: Lobby, id: number): PlayerLook {
  return lookOf(lobby.members.get(id)?.profile);
}
