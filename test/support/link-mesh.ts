import { WebRTCPeerConnection } from "../../src/connection/web-rtc-peer-connection.ts";
import { type MultiplayerPeer, TARGET_PEER_BROADCAST } from "../../src/multiplayer/multiplayer-peer.ts";
import { WebRTCMultiplayerPeer } from "../../src/multiplayer/web-rtc-multiplayer-peer.ts";
import { link } from "./pair.ts";
import { until } from "./until.ts";

/** One player of a test: a multiplayer peer over the browser's own connections, and what it was told. */
export class Player {
  readonly peer: WebRTCMultiplayerPeer;
  /** Events in order: `"+2"`, `"-2 closed-by-peer"`, `"!2 no-path"`. */
  readonly events: string[] = [];

  constructor(peer: WebRTCMultiplayerPeer = new WebRTCMultiplayerPeer()) {
    this.peer = peer;
    peer.on("peerConnected", (id) => this.events.push(`+${id}`));
    peer.on("peerDisconnected", (id, reason) => this.events.push(`-${id} ${reason}`));
    peer.on("peerFailed", (id, reason) => this.events.push(`!${id} ${reason}`));
  }

  send(target: number, ...bytes: number[]): number {
    this.peer.setTargetPeer(target);
    const error = this.peer.putPacket(Uint8Array.from(bytes));
    this.peer.setTargetPeer(TARGET_PEER_BROADCAST);
    return error;
  }

  /** Reads everything: `"<peer>/<channel>/<mode> <bytes>"`. */
  read(): string[] {
    return readAll(this.peer);
  }
}

/** Reads everything: `"<peer>/<channel>/<mode> <bytes>"`. */
export function readAll(peer: MultiplayerPeer): string[] {
  const read: string[] = [];
  while (peer.getAvailablePacketCount() > 0) {
    const head = `${peer.getPacketPeer()}/${peer.getPacketChannel()}/${peer.getPacketMode()}`;
    read.push(`${head} ${[...peer.getPacket()].join(",")}`);
  }
  return read;
}

/** Connects two players directly, in one page: what a signalling server would carry is handed over by the polls. */
export function introduce(a: Player, b: Player): [WebRTCPeerConnection, WebRTCPeerConnection] {
  const [toB, toA] = [new WebRTCPeerConnection(), new WebRTCPeerConnection()];
  link(toB, toA);
  const errors = [a.peer.addPeer(toB, b.peer.getUniqueId()), b.peer.addPeer(toA, a.peer.getUniqueId())];
  if (errors.some((error) => error !== 0)) throw new Error(`addPeer: ${errors.join()}`);
  toB.createOffer();
  return [toB, toA];
}

/** Players in a full mesh, with these ids, connected. */
export async function connectedMesh(
  ids: readonly number[],
  extraChannels: readonly (0 | 1 | 2)[] = [],
): Promise<Player[]> {
  const players = ids.map((id) => {
    const player = new Player();
    player.peer.createMesh(id, extraChannels);
    return player;
  });
  for (const [i, a] of players.entries()) for (const b of players.slice(i + 1)) introduce(a, b);
  await pollUntil(
    players,
    () => players.every((player) => player.events.length === ids.length - 1),
    "the mesh to connect",
  );
  return players;
}

/** A server and clients with these ids, connected. */
export async function connectedStar(clientIds: readonly number[]): Promise<Player[]> {
  const server = new Player();
  server.peer.createServer();
  const clients = clientIds.map((id) => {
    const client = new Player();
    client.peer.createClient(id);
    introduce(client, server);
    return client;
  });
  const players = [server, ...clients];
  await pollUntil(
    players,
    () => server.events.length === clients.length && clients.every((c) => c.events.length === 1),
  );
  return players;
}

/** Polls these players in turn until the condition holds. */
export function pollUntil(players: readonly Player[], condition: () => unknown, what?: string): Promise<unknown> {
  const step = (): void => {
    for (const player of players) player.peer.poll();
  };
  return until(condition, what === undefined ? { step } : { step, what });
}
