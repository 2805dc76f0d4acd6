import type { RandomSource } from "../../base/random.ts";
import { TickmeshError } from "../../base/tickmesh-error.ts";
import { WebRTCPeerConnection } from "../../connection/web-rtc-peer-connection.ts";
import type { DisconnectReason } from "../../multiplayer/disconnect-reason.ts";
import { TransferMode } from "../../multiplayer/multiplayer-peer.ts";
import type { Definitions } from "../../session/messages/definition.ts";
import type { Session } from "../../session/session.ts";
import { connectMesh, type MeshConnector } from "../../signalling/mesh-connector.ts";
import type { Signaller } from "../../signalling/signaller.ts";
import { digest } from "../network/digest.ts";
import { VirtualConnection } from "../network/virtual-connection.ts";
import type { VirtualDevice } from "../network/virtual-device.ts";
import { guardHandlers } from "./guard-handlers.ts";
import type { ConnectionEnd, Member, MemberState } from "./member.ts";
import type { MemberGame } from "./member-game.ts";
import { type MemberSessionOptions, type SessionWatch, watchedSession } from "./member-session.ts";
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
  makePeer(device: VirtualDevice, watch: PeerWatch): WatchedPeer;
}

/** How packets of each transfer mode stand in the trace when a game takes them. */
const RECEIVED = ["receive unreliable", "receive ordered", "receive reliable"];

export class WorldMember<Game extends MemberGame> implements Member<Game> {
  readonly device: VirtualDevice;
  readonly peer: WatchedPeer;
  readonly connector: MeshConnector;
  readonly game: Game;
  readonly incarnation: number;
  state: MemberState = "present";
  session: Session | null = null;
  readonly #world: MemberWorld<Game>;
  #isInSession = false;
  readonly #ends = new WeakMap<WebRTCPeerConnection, ConnectionEnd>();

  constructor(device: VirtualDevice, incarnation: number, signaller: Signaller, world: MemberWorld<Game>) {
    const { conditions } = world;
    const { clock } = device;
    this.device = device;
    // Callbacks that are no events: a channel's, a peer's `wake`.
    device.caught = this.#threw;
    this.incarnation = incarnation;
    this.#world = world;
    this.peer = world.makePeer(device, {
      threw: this.#threw,
      connected: (id) => this.#connected(id),
      disconnected: (id, reason) => this.#disconnected(id, reason),
      failed: (id, reason) => this.#failed(id, reason),
      received: (from, mode, channel, bytes) => this.#received(from, mode, channel, bytes),
    });
    this.peer.createMesh(device.id, conditions.extraChannels ?? []);
    const random = this.random("connector");
    const { networkChanges } = device;
    const createConnection = (): WebRTCPeerConnection => this.#connect();
    this.connector = connectMesh(this.peer, signaller, { clock, random, createConnection, networkChanges });
    guardHandlers(this.connector, this.#threw);
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
    return this.#isInSession || this.peer.isCalled;
  }

  readonly random = (name: string): RandomSource =>
    this.device.random(this.incarnation === 0 ? name : `${name} ${this.incarnation}`);

  endOf(connection: WebRTCPeerConnection): ConnectionEnd | undefined {
    return this.#ends.get(connection);
  }

  turn(tick: number): void {
    this.#world.tell((observer) => observer.polling?.(this));
    try {
      if (this.session === null) this.peer.poll();
      else this.#inSession((session) => session.poll());
      this.game.tick?.(tick);
      this.session?.flush();
    } catch (error) {
      this.#world.threw(`member ${this.id} in its turn`, error);
    }
    this.device.endTurn();
  }

  createSession<D extends Definitions>(options: MemberSessionOptions<D>): Session<D> {
    if (this.session !== null) throw new TickmeshError("wrong-state", `member ${this.id} has a session already`);
    const session = watchedSession(options, this.peer, this.device, this.random("session"), this.#sessionWatch());
    this.session = session as unknown as Session;
    return session;
  }

  /** It closes its mesh, and says so. */
  close(): void {
    if (this.session === null) this.peer.close();
    else this.#inSession((session) => session.close());
  }

  #inSession(call: (session: Session) => void): void {
    if (this.session === null) return;
    this.#isInSession = true;
    try {
      call(this.session);
    } finally {
      this.#isInSession = false;
    }
  }

  #sessionWatch(): SessionWatch {
    const tell = (call: (observer: WorldObserver) => void): void => this.#world.tell(call);
    return {
      threw: this.#threw,
      joined: (id) => {
        this.#note("peerJoined", id, 0);
        tell((observer) => observer.peerJoined?.(this, id));
      },
      left: (id, reason) => {
        this.#note("peerLeft", id, 0, reason);
        tell((observer) => observer.peerLeft?.(this, id, reason));
      },
      refused: (id, words) => {
        this.#note("peerRefused", id, 0, words);
        tell((observer) => observer.peerRefused?.(this, id, words));
      },
      sent: (message) => tell((observer) => observer.messageSent?.(this, message)),
      heard: (message) => {
        this.#note("hear", message.peer, message.bytes.length, message.name);
        tell((observer) => observer.messageHeard?.(this, message));
      },
      called: (number) => tell((observer) => observer.callMade?.(this, number)),
      settled: (number) => tell((observer) => observer.callSettled?.(this, number)),
    };
  }

  readonly #threw = (error: unknown): void => this.#world.threw(`a handler of member ${this.id}`, error);

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
    guardHandlers(connection, this.#threw);
    this.#watchReads(connection);
    return connection;
  }

  /** A session reads its channels itself, not by the peer, which tells what it reads. */
  #watchReads(connection: WebRTCPeerConnection): void {
    const { createDataChannel } = connection;
    connection.createDataChannel = (label, options) => {
      const channel = createDataChannel.call(connection, label, options);
      const mode = MODES_BY_LABEL[label];
      if (channel === null || mode === undefined) return channel;
      const { getPacket } = channel;
      channel.getPacket = () => {
        const count = this.session === null ? 0 : channel.getAvailablePacketCount();
        const bytes = getPacket.call(channel);
        if (count > 0) this.#received(this.#peerOf(connection), mode, 0, bytes);
        return bytes;
      };
      return channel;
    };
  }

  #peerOf(connection: WebRTCPeerConnection): number {
    for (const [id, info] of this.peer.getPeers()) if (info.connection === connection) return id;
    return 0;
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

/** The channels that a session reads. */
const MODES_BY_LABEL: Readonly<Record<string, TransferMode>> = {
  reliable: TransferMode.RELIABLE,
  ordered: TransferMode.UNRELIABLE_ORDERED,
  unreliable: TransferMode.UNRELIABLE,
};

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
