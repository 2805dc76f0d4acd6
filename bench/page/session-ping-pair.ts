import type { SessionLimits } from "tickmesh/session";
import type { PingPair } from "./loaded-ping.ts";
import { sessionPair } from "./session-pair.ts";
import type { SessionPlayer } from "./session-player.ts";

/** A pair of sessions: pings in the lane of the game, the bulk in its own, each flushed as it is sent. */
export async function sessionPingPair(limits: Partial<SessionLimits> = {}): Promise<PingPair> {
  const { players, close } = await sessionPair(limits);
  const [from, to] = [players[0].session, players[1].session];
  const pair: PingPair = {
    ping: (bytes) => {
      from.send("unreliable", bytes);
      from.flush();
    },
    onPong: () => {},
    bulk: (bytes, messageBytes) => pour(players, bytes, messageBytes),
    close,
  };
  to.onMessage("unreliable", (bytes) => {
    to.send("unreliable", bytes);
    to.flush();
  });
  from.onMessage("unreliable", (bytes) => pair.onPong(bytes));
  return pair;
}

/** The next message is sent when less than one waits, so that the lane is never empty before the end. */
function pour(
  [{ session: from, driver }, { session: to }]: readonly [SessionPlayer, SessionPlayer],
  bytes: number,
  messageBytes: number,
): Promise<void> {
  const message = new Uint8Array(messageBytes).fill(7);
  const farId = from.peers[0] ?? 0;
  let sent = 0;
  const fill = (): void => {
    while (sent < bytes && (from.queue(farId, "bulk")?.bytes ?? 0) < messageBytes) {
      from.send("bulk", message);
      from.flush();
      sent += messageBytes;
    }
  };
  driver.add({ poll: fill });
  return new Promise((resolve) => {
    let arrived = 0;
    to.onMessage("bulk", ({ length }) => {
      arrived += length;
      if (arrived === bytes) resolve();
    });
    fill();
  });
}
