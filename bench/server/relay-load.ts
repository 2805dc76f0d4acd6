import type { Done, Job } from "./job.ts";
import type { Entrance, RelayPair } from "./player.ts";

/** Each pair keeps so many packets under way, as a connection through the relay does with its window. */
export async function relayPackets(entrance: Entrance, job: Job & { do: "relay" }): Promise<Done> {
  const { ports, pairs: count, packetBytes, underWay, ms } = job;
  if (entrance.relay === undefined) throw new Error("this server relays no packets");
  const pairs: RelayPair[] = [];
  for (let made = 0; made < count; made++) pairs.push(await entrance.relay(ports, packetBytes));
  let packets = 0;
  let isOn = true;
  const startMs = performance.now();
  for (const pair of pairs) {
    pair.onPacket = () => {
      if (!isOn) return;
      packets += 1;
      pair.send();
    };
    for (let sent = 0; sent < underWay; sent++) pair.send();
  }
  await new Promise((resolve) => setTimeout(resolve, ms));
  isOn = false;
  const tookMs = performance.now() - startMs;
  await Promise.all(pairs.map((pair) => pair.leave()));
  return { count: packets, ms: tookMs };
}
