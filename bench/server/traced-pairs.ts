import { createDriver } from "tickmesh/driver";
import { LobbyClient } from "tickmesh/lobby";
import { peerJsWire } from "../page/peerjs-wire.ts";
import { sleep } from "../page/settle.ts";

/** Late candidates, and what is said once a connection stands. */
const LINGER_MS = 1_500;

/** In a page: two players of ours meet in a lobby, as those of a game do. */
export async function lobbyPair(url: string): Promise<void> {
  const client = new LobbyClient({ url, gameId: "bench" });
  const host = await client.create({ name: "bench", maxPeers: 2, isPublic: false });
  const guest = await client.join(host.code);
  const driver = createDriver({ mode: "wake" });
  const connected = [host, guest].map((lobby) => {
    driver.add(lobby);
    driver.add(lobby.peer);
    return new Promise<void>((resolve, reject) => {
      lobby.peer.on("peerConnected", () => resolve());
      lobby.peer.on("peerFailed", (_, reason) => reject(new Error(reason)));
    });
  });
  driver.start();
  await Promise.all(connected);
  await sleep(LINGER_MS);
  driver.stop();
  guest.leave();
  host.leave();
}

/** In a page: two of PeerJS' peers, as its users make them. */
export async function peerJsPair(peerServerPort: number): Promise<void> {
  const wire = await peerJsWire({ reliable: true, polling: "wake", peerServerPort }, "binary");
  await sleep(LINGER_MS);
  wire.close();
}
