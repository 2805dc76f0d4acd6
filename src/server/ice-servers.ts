import { createHmac } from "node:crypto";
import { drawHex } from "../base/draw-hex.ts";
import type { IceServer } from "../seam/connection-backend.ts";
import type { LobbySettings } from "./settings.ts";

/**
 * The STUN and TURN servers for one player. The TURN server's credentials are good for that player and a while: the name says
 * until when, the password is its signature by the secret that the two servers share (coturn calls this its REST API).
 */
export function iceServersFor({ iceServers, turn, calendar, random }: LobbySettings): readonly IceServer[] {
  if (turn === null) return iceServers;
  const untilSeconds = Math.floor(calendar.nowMs() / 1_000) + turn.ttlSeconds;
  const username = `${untilSeconds}:${drawHex(random)}`;
  const credential = createHmac("sha1", turn.secret).update(username).digest("base64");
  return [...iceServers, { urls: [...turn.urls], username, credential }];
}

/** How long after handing them out the next ones are due; `null`: never. */
export function iceServersLastMs({ turn }: LobbySettings): number | null {
  return turn === null ? null : turn.ttlSeconds * 750;
}
