import { ConnectionState } from "../../../src/connection/connection-state.ts";
import { type Lobby, LobbyClient, type LobbyClientOptions, type Seat } from "../../../src/lobby/index.ts";

/** What a test does with the page of one player, over the window's `player`. */
export interface PlayerPage {
  readonly events: string[];
  readonly packets: string[];
  /** What clients are made with from now on. */
  with(options: Partial<Pick<LobbyClientOptions, "iceTransportPolicy" | "relay" | "rememberSeat">>): void;
  create(url: string, options: { name: string; maxPeers?: number }): Promise<string>;
  join(url: string, code: string): Promise<number>;
  storedSeat(url: string): Seat | null;
  comeBack(url: string): Promise<number>;
  state(): { id: number; code: string; hostId: number; state: string; members: number[]; connected: number[] };
  say(words: string): void;
  kick(id: number): void;
  lock(): void;
  retry(): void;
  leave(): void;
  /** The ICE servers that the first connection really has. */
  iceServers(): unknown;
  /** Of the first pair's connection, as the browser has it; empty if there is none. */
  localDescription(): string;
  /** Whether the first pair's connection has looked for all of its addresses. */
  isGathered(): boolean;
  /** Which way each pair's packets go, and why not directly. */
  paths(): { readonly id: number; readonly path: string | null; readonly problem: string | null }[];
}

declare global {
  interface Window {
    player: PlayerPage;
  }
}

const events: string[] = [];
const packets: string[] = [];
let lobby: Lobby | undefined;

function enter(entered: Lobby): Lobby {
  lobby = entered;
  const { peer } = entered;
  entered.on("memberJoined", ({ peerId }) => events.push(`joined ${peerId}`));
  entered.on("memberLeft", (id, reason) => events.push(`left ${id} ${reason}`));
  entered.on("hostChanged", (id) => events.push(`host ${id}`));
  entered.on("lockChanged", (locked) => events.push(`lock ${locked}`));
  entered.on("kicked", () => events.push("kicked"));
  entered.on("removed", (code) => events.push(`removed ${code}`));
  entered.on("serverLost", () => events.push("serverLost"));
  entered.on("serverBack", () => events.push("serverBack"));
  entered.on("lobbyGone", () => events.push("lobbyGone"));
  peer.on("peerConnected", (id) => events.push(`+${id}`));
  peer.on("peerDisconnected", (id, reason) => events.push(`-${id} ${reason}`));
  peer.on("peerFailed", (id, reason) => events.push(`!${id} ${reason}`));
  setInterval(() => {
    entered.poll();
    peer.poll();
    while (peer.getAvailablePacketCount() > 0) packets.push(`${peer.getPacketPeer()}: ${String(peer.getVar())}`);
  }, 10);
  return entered;
}

function current(): Lobby {
  if (lobby === undefined) throw new Error("no lobby yet");
  return lobby;
}

function native(): RTCPeerConnection | undefined {
  const [info] = current().peer.getPeers().values();
  return info?.connection.getNative() as RTCPeerConnection | undefined;
}

let more: Partial<LobbyClientOptions> = {};
const clientOf = (url: string): LobbyClient => new LobbyClient({ url, gameId: "page/1", ...more });

window.player = {
  events,
  packets,
  with: (options) => {
    more = options;
  },
  create: async (url, options) => enter(await clientOf(url).create(options)).code,
  join: async (url, code) => enter(await clientOf(url).join(code)).localId,
  state: () => {
    const { localId, code, hostId, state, members, peer } = current();
    const connected = [...peer.getPeers()].filter(([, info]) => info.connected).map(([id]) => id);
    return { id: localId, code, hostId, state, members: [...members.keys()].sort(), connected: connected.sort() };
  },
  say: (words) => void current().peer.putVar(words),
  kick: (id) => current().kick(id),
  lock: () => current().lock(),
  storedSeat: (url) => clientOf(url).storedSeat(),
  comeBack: async (url) => {
    const client = clientOf(url);
    const seat = client.storedSeat();
    if (seat === null) throw new Error("no seat is stored");
    return enter(await client.comeBack(seat)).localId;
  },
  retry: () => current().retry(),
  leave: () => current().leave(),
  localDescription: () => native()?.localDescription?.sdp ?? "",
  isGathered: () => native()?.iceGatheringState === "complete",
  iceServers: () => {
    for (const [, { connection }] of current().peer.getPeers()) {
      if (connection.getConnectionState() !== ConnectionState.CONNECTED) continue;
      return (connection.getNative() as RTCPeerConnection).getConfiguration().iceServers;
    }
    return null;
  },
  paths: () =>
    current()
      .connector.getPairs()
      .map(({ peerId, path, problem }) => ({ id: peerId, path, problem })),
};
