import { ConnectionState, type WebRTCMultiplayerPeer } from "tickmesh";
import type { Lobby, Metadata } from "tickmesh/lobby";
import type { PlayerLook } from "../game/types.ts";
import type { GameSession } from "../net/game-session.ts";
import type { RemotePlayer } from "../net/remote-player.ts";
import { checkedColour } from "../page/player-colours.ts";
import { tidyName } from "../page/player-name.ts";
import type { PlayerRow, PlayerState } from "./player-list.ts";

/** A page sends 30 poses a second: this long without any is a bad sign. Unit: ms. */
const SILENT_MS = 1_500;

/** What a member of the lobby looks like by its profile: another page wrote it, so it may be anything. */
function lookOf(profile: Metadata): PlayerLook {
  return { name: tidyName(profile["name"]), colour: checkedColour(profile["colour"]) };
}

/** The player list: oneself, everybody connected, and everybody whom the lobby knows and we are not connected to yet. */
export function playerRows(
  session: GameSession,
  lobby: Lobby,
  own: PlayerLook,
  failed: ReadonlyMap<number, unknown>,
  nowMs: number,
): PlayerRow[] {
  const rows = [row(session, session.model.selfId, own, "self", null)];
  for (const player of session.players.values()) {
    const look = player.look ?? memberLook(lobby, player.id);
    rows.push(row(session, player.id, look, stateOf(player, lobby.peer, nowMs), player.roundTrip.ms));
  }
  for (const member of lobby.members.values()) {
    if (member.peerId === session.model.selfId || session.players.has(member.peerId)) continue;
    const state = failed.has(member.peerId) ? "failed" : "connecting";
    rows.push(row(session, member.peerId, lookOf(member.profile), state, null));
  }
  return rows;
}

export function memberLook(lobby: Lobby, id: number): PlayerLook {
  return lookOf(lobby.members.get(id)?.profile ?? {});
}

function row(
  session: GameSession,
  id: number,
  look: PlayerLook,
  state: PlayerState,
  roundTripMs: number | null,
): PlayerRow {
  const { round } = session.model;
  const player = round.players.find((it) => it.id === id);
  return {
    id,
    name: look.name,
    colour: look.colour,
    isHost: id === session.hostId,
    score: player?.score ?? null,
    afloat: round.phase === "waiting" || player?.alive === true,
    state,
    roundTripMs,
  };
}

function stateOf(player: RemotePlayer, peer: WebRTCMultiplayerPeer, nowMs: number): PlayerState {
  const state = peer.getPeer(player.id)?.connection.getConnectionState();
  const heardMs = Math.max(player.sinceMs, player.poses.arrivedMs);
  return state === ConnectionState.DISCONNECTED || nowMs - heardMs > SILENT_MS ? "unstable" : "connected";
}
