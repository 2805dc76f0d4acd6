/** Makes load, as it is told by the process that forked it. */
import { bareEntrance } from "./bare-entrance.ts";
import type { Answer, Done, Job } from "./job.ts";
import { connectPairs, flood, pace } from "./load.ts";
import { lobbyEntrance } from "./lobby-entrance.ts";
import { peerJsEntrance } from "./peerjs-entrance.ts";
import type { Entrance, Player } from "./player.ts";
import { relayPackets } from "./relay-load.ts";
import type { Side } from "./served.ts";

const entrances: Record<Side, Entrance> = { tickmesh: lobbyEntrance, Colyseus: bareEntrance, PeerJS: peerJsEntrance };
/** Lobbies that fill up at a time. */
const AT_ONCE = 12;
const lobbies: (readonly Player[])[] = [];

async function join({ side, ports, lobbies: count, players }: Job & { do: "join" }): Promise<Done> {
  const startMs = performance.now();
  let begun = 0;
  const fill = async (): Promise<void> => {
    while (begun < count) {
      begun += 1;
      lobbies.push(await entrances[side].join(ports, players));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, fill));
  return { count: count * players, ms: performance.now() - startMs };
}

async function leave(): Promise<Done> {
  const startMs = performance.now();
  const players = lobbies.splice(0).flat();
  await Promise.all(players.map((player) => player.leave()));
  return { count: players.length, ms: performance.now() - startMs };
}

function done(job: Job): Promise<Done> {
  switch (job.do) {
    case "join":
      return join(job);
    case "flood":
      return flood(lobbies, job);
    case "pace":
      return pace(lobbies, job);
    case "connect":
      return connectPairs(lobbies, job);
    case "relay":
      return relayPackets(entrances[job.side], job);
    case "leave":
      return leave();
  }
}

process.on("message", (job: Job) => {
  const before = process.cpuUsage();
  void done(job).then((answer) => {
    const { user, system } = process.cpuUsage(before);
    process.send?.({ ...answer, loadCpuMs: (user + system) / 1_000 } satisfies Answer);
  });
});
process.on("disconnect", () => process.exit());
