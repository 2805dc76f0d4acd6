import { WebRTCMultiplayerPeer } from "tickmesh";
import { LobbyClient } from "tickmesh/lobby";
import { connectMesh, InMemorySignalling, type MeshConnectorOptions } from "tickmesh/signalling";
import { MeasuredMesh } from "./measured-mesh.ts";
import type { MeshTiming } from "./mesh-timing.ts";
import { settle } from "./settle.ts";
import { WatchedConnection } from "./watched-connection.ts";

const connector: MeshConnectorOptions = { createConnection: (options) => new WatchedConnection(options) };

/** A mesh of `peers`, introduced to each other within the page. */
export async function meshInMemory(peers: number): Promise<MeshTiming> {
  const mesh = new MeasuredMesh(peers);
  const group = new InMemorySignalling();
  for (let id = 1; id <= peers; id++) {
    const peer = new WebRTCMultiplayerPeer();
    peer.createMesh(id);
    connectMesh(peer, group.join(id), connector);
    mesh.add(peer);
  }
  const timing = await mesh.finish();
  await settle();
  return timing;
}

/** The same through a real lobby server: one made the lobby before, all others join it at once. */
export async function meshInLobby(peers: number, url: string): Promise<MeshTiming> {
  const client = new LobbyClient({ url, gameId: "bench", connector });
  const host = await client.create({ name: "bench", maxPeers: peers, isPublic: false });
  const mesh = new MeasuredMesh(peers);
  mesh.add(host.peer, host);
  const join = async (): Promise<() => void> => {
    const lobby = await client.join(host.code);
    mesh.add(lobby.peer, lobby);
    return () => lobby.leave();
  };
  const leave = await Promise.all(Array.from({ length: peers - 1 }, join));
  const timing = await mesh.finish();
  for (const guestLeaves of leave) guestLeaves();
  host.leave();
  await settle();
  return timing;
}
