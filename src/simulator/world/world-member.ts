import type { RandomSource } from "../../base/random.ts";
import { WebRTCPeerConnection } from "../../connection/web-rtc-peer-connection.ts";
import type { DisconnectReason } from "../../multiplayer/disconnect-reason.ts";
import type { TransferMode } from "../../multiplayer/multiplayer-peer.ts";
import { connectMesh, type MeshConnector } from "../../signalling/mesh-connector.ts";
import type { Signaller } from "../../signalling/signaller.ts";
import type { Device } from "../network/device.ts";
import { digest } from "../network/digest.ts";
import { VirtualConnection } from "../network/virtual-connection.ts";
import { guardHandlers } from "./guard-handlers.ts";
import type { ConnectionEnd, Member, MemberState } from "./member.ts";
import type { MemberGame } from "./member-game.ts";
import { tapped } from "./seam-tap.ts";
import type { PeerWatch, WatchedPeer } from "./watched-peer.ts";
import type { WorldObserver } from "./world-observer.ts";
import type { WorldConditions, WorldOptions } from "./world-options.ts";

/** What a member needs of its world. */
export interface MemberWorld<Game extends MemberGame> {
  readonly conditions: WorldConditions;
  readonly options: WorldOptions<Game>;
  readonly observers: readonly WorldObserver[];
  /** Tells all observers. */
  tell(call: (observer: WorldObserver) => void): void;
  /** Somebody's code threw something: the step says so. */
  threw(who: string, error: unknown): void;
  makePeer(device: Device, watch: PeerWatch): WatchedPeer;
}

/** How packets of each transfer mode stand in the trace when a game takes them. */
const RECEIVED = ["receive unreliable", "receive ordered", "receive reliable"];

export class WorldMember<Game extends MemberGame> implements Member<Game> {
  readonly device: Device;
  readonly peer: WatchedPeer;
  readonly connector: MeshConnector;
  readonly game: Game;
  readonly incarnation: number;
  state: MemberState = "present";
  readonly #world: MemberWorld<Game>;
  readonly #ends = new WeakMap<WebRTCPeerConnection, ConnectionEnd>();

  constructor(device: Device, incarnation: number, signaller: Signaller, world: MemberWorld<Game>) {
    const { conditions } = world;
    const { clock } = device;
    this.device = device;
    this.incarnation = incarnation;
    this.#world = world;
    const threw = (error: unknown): void => world.threw(`a handler of member ${device.id}`, error);
    this.peer = world.makePeer(device, {
      threw,
      connected: (id) => this.#connected(id),
      disconnected: (id, reason) => this.#disconnected(id, reason),
      failed: (id, reason) => this.#failed(id, reason),
      received: (from, mode, channel, bytes) => this.#received(from, mode, channel, bytes),
    });
    this.peer.createMesh(device.id, conditions.extraChannels ?? []);
    const random = this.random("connector");
    this.connector = connectMesh(this.peer, signaller, { clock, random, createConnection: () => this.#connect() });
    guardHandlers(this.connector, threw);
    this.connector.on("pairFailed", (id, reason, attempt) => this.#note("pairFailed", id, attempt, reason));
    this.connector.on("down", (reason) => this.#note("down", 0, 0, reason));
    this.connector.on("up", () => this.#note("up", 0, 0));
    this.connector.on("kicked", () => this.#note("kicked", 0, 0));
    this.game = (world.options.game ?? readEverything<Game>)(this);
  }

  get id(): number {
    return this.device.id;
  }

  get isCalled(): boolean {
    return this.peer.isCalled;
  }

  readonly random = (name: string): RandomSource =>
    this.device.random(this.incarnation === 0 ? name : `${name} ${this.incarnation}`);

  endOf(connection: WebRTCPeerConnection): ConnectionEnd | undefined {
    return this.#ends.get(connection);
  }

  turn(tick: number): void {
    this.#world.tell((observer) => observer.polling?.(this));
    try {
      this.peer.poll();
      this.game.tick?.(tick);
    } catch (error) {
      this.#world.threw(`member ${this.id} in its turn`, error);
    }
    this.device.endTurn();
  }

  #connect(): WebRTCPeerConnection {
    const { conditions, options, observers } = this.#world;
    const { device } = this;
    const ownBackend = options.backend?.(device) ?? device.backend;
    const { maxUnreadBytes } = conditions;
    const backend =
      observers.length === 0
        ? ownBackend
        : tapped(ownBackend, {
            made: ({ native }) => this.#ends.set(connection, this.#endAt(native)),
            sent: (channelId, data) => {
              const end = this.#ends.get(connection);
              if (end !== undefined) this.#world.tell((observer) => observer.sent?.(end, channelId, data));
            },
            arrived: (channelId, data) => {
              const end = this.#ends.get(connection);
              if (end !== undefined) this.#world.tell((observer) => observer.arrived?.(end, channelId, data));
            },
          });
    const connection = new WebRTCPeerConnection({
      clock: device.clock,
      backend,
      ...(maxUnreadBytes !== undefined && { maxUnreadBytes }),
    });
    guardHandlers(connection, (error) => this.#world.threw(`a handler of member ${this.id}`, error));
    return connection;
  }

  #endAt(native: unknown): ConnectionEnd {
    const virtual = native instanceof VirtualConnection ? native : null;
    return {
      member: this,
      number: virtual?.number ?? 0,
      get farNumber() {
        return virtual?.farNumber ?? 0;
      },
    };
  }

  #connected(id: number): void {
    this.#note("peerConnected", id, 0);
    this.#world.tell((observer) => observer.connected?.(this, id));
  }

  #disconnected(id: number, reason: DisconnectReason): void {
    this.#note("peerDisconnected", id, 0, reason);
    this.#world.tell((observer) => observer.disconnected?.(this, id, reason));
  }

  #failed(id: number, reason: DisconnectReason): void {
    this.#note("peerFailed", id, 0, reason);
    this.#world.tell((observer) => observer.failed?.(this, id, reason));
  }

  #received(from: number, mode: TransferMode, channel: number, bytes: Uint8Array): void {
    const { trace, schedule } = this.device.network;
    trace.note(schedule.nowUs, RECEIVED[mode] as string, this.id, from, bytes.length);
    const content = digest(bytes);
    trace.mix(content);
    if (this.#world.observers.length === 0) return;
    const packet = { from, mode, channel, bytes, digest: content };
    this.#world.tell((observer) => observer.received?.(this, packet));
  }

  #note(kind: string, other: number, value: number, words = ""): void {
    const { trace, schedule } = this.device.network;
    trace.note(schedule.nowUs, kind, this.id, other, value, words);
  }
}

/** The game of worlds that have none: nothing stays unread. */
function readEverything<Game extends MemberGame>({ peer }: Member): Game {
  const game: MemberGame = {
    tick() {
      for (let left = peer.getAvailablePacketCount(); left > 0; left--) peer.getPacket();
    },
  };
  // Who names a type of game brings one along.
  return game as Game;
}
