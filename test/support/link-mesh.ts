import {
  WebRTCPeerConnection,
  type WebRTCPeerConnectionOptions,
} from "../../src/connection/web-rtc-peer-connection.ts";
import {
  type MultiplayerPeer,
  TARGET_PEER_BROADCAST,
  type TransferMode,
} from "../../src/multiplayer/multiplayer-peer.ts";
import {
  WebRTCMultiplayerPeer,
  type WebRTCMultiplayerPeerOptions,
} from "../../src/multiplayer/web-rtc-multiplayer-peer.ts";
import type { BackendFactory } from "../../src/seam/connection-backend.ts";
import { link } from "./pair.ts";
import { realTime, type Time, until } from "./until.ts";

/** One player of a test: a multiplayer peer and what it was told. */
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

/** Where players meet: what their connections stand on, and whose time passes. */
export interface MeetingPlace {
  /** Default: the default backend. */
  readonly backend?: BackendFactory;
  /** Default: real time. */
  readonly time?: Time;
}

/** Players who are connected by hand: what a signalling server would carry is handed over by the polls. */
export class LinkMesh {
  readonly #time: Time;
  readonly #connectionOptions: WebRTCPeerConnectionOptions;

  constructor({ backend, time = realTime }: MeetingPlace = {}) {
    this.#time = time;
    this.#connectionOptions = { clock: time, ...(backend === undefined ? {} : { backend }) };
  }

  player(options: WebRTCMultiplayerPeerOptions = {}): Player {
    return new Player(new WebRTCMultiplayerPeer({ clock: this.#time, ...options }));
  }

  connection(): WebRTCPeerConnection {
    return new WebRTCPeerConnection(this.#connectionOptions);
  }

  /** Connects two players directly. */
  introduce(a: Player, b: Player): [WebRTCPeerConnection, WebRTCPeerConnection] {
    const [toB, toA] = [this.connection(), this.connection()];
    link(toB, toA);
    const errors = [a.peer.addPeer(toB, b.peer.getUniqueId()), b.peer.addPeer(toA, a.peer.getUniqueId())];
    if (errors.some((error) => error !== 0)) throw new Error(`addPeer: ${errors.join()}`);
    toB.createOffer();
    return [toB, toA];
  }

  /** Players in a full mesh, with these ids, connected. */
  async connectedMesh(ids: readonly number[], extraChannels: readonly TransferMode[] = []): Promise<Player[]> {
    const players = ids.map((id) => {
      const player = this.player();
      player.peer.createMesh(id, extraChannels);
      return player;
    });
    for (const [i, a] of players.entries()) for (const b of players.slice(i + 1)) this.introduce(a, b);
    await this.pollUntil(
      players,
      () => players.every((player) => player.events.length === ids.length - 1),
      "the mesh to connect",
    );
    return players;
  }

  /** A server and clients with these ids, connected. */
  async connectedStar(clientIds: readonly number[]): Promise<Player[]> {
    const server = this.player();
    server.peer.createServer();
    const clients = clientIds.map((id) => {
      const client = this.player();
      client.peer.createClient(id);
      this.introduce(client, server);
      return client;
    });
    const players = [server, ...clients];
    await this.pollUntil(
      players,
      () => server.events.length === clients.length && clients.every(({ events }) => events.length === 1),
    );
    return players;
  }

  /** Polls these players in turn until the condition holds. */
  pollUntil(players: readonly Player[], condition: () => unknown, what?: string): Promise<unknown> {
    const step = (): void => {
      for (const player of players) player.peer.poll();
    };
    return until(condition, { step, what, time: this.#time });
  }
}
