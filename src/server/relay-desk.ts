import { type Client, ClientState, Protocol } from "@colyseus/core";
import { RELAY_TYPE, type RelayMessages } from "../lobby/protocol.ts";
import {
  MAX_RELAY_OUTBOUND_BYTES,
  MAX_RELAY_OUTBOUND_PACKETS,
  MAX_RELAY_REST_MS,
  RELAY_BURST_BYTES,
  RELAY_LEAST_BYTES_PER_SECOND,
  RELAY_LINGER_MS,
  RELAY_PACKET_COST_BYTES,
  RELAY_REST_STEP_MS,
  RELAY_SHARED_BURST_BYTES,
  RELAY_SHARED_PACKET_COST_BYTES,
} from "./limits.ts";
import { RelayPace } from "./relay-pace.ts";
import type { LobbySettings } from "./settings.ts";
import { tally } from "./tally.ts";

const BINARY = { binary: true } as const;

/** What the sockets of Colyseus' WebSocket transport have beyond what its types say. */
interface RelaySocket {
  readonly bufferedAmount: number;
  /** How many of the transport's pings went unanswered. */
  pingCount?: number;
  send(frame: Uint8Array, options: typeof BINARY, onWritten?: () => void): void;
  pause(): void;
  resume(): void;
  terminate(): void;
}

interface RelaySeat {
  readonly peerId: number;
  readonly client: Client;
  readonly socket: RelaySocket;
  readonly pace: RelayPace;
  /** Of its part in what all may send. */
  readonly part: RelayPace;
  /** Packets that could not be written at once, and have not been since. */
  waiting: number;
  readonly onWritten: () => void;
  restsUntilMs: number;
  restTimer: ReturnType<typeof setTimeout> | undefined;
  /** On once its member has left. */
  lingerTimer: ReturnType<typeof setTimeout> | undefined;
}

/** Bytes before a packet: Colyseus' two, and the other peer's id. */
const HEADER_BYTES = 6;

/** What one server's lobbies relay together, and by how many sockets. */
interface Shared {
  readonly pace: RelayPace;
  sockets: number;
}

const sharedBy = new WeakMap<LobbySettings, Shared>();

/**
 * Carries packets between those members of one lobby that have a second socket for it. Who sends too fast is read more slowly; who
 * does not read what it is sent is cut off.
 */
export class RelayDesk {
  readonly #settings: LobbySettings;
  readonly #seats = new Map<number, RelaySeat>();
  readonly #byClient = new Map<Client, RelaySeat>();
  /** Members' sockets whose clients have not said yet that they are in. */
  readonly #coming = new Map<Client, number>();
  readonly #shared: Shared;
  #packets = 0;
  #bytes = 0;

  constructor(settings: LobbySettings) {
    this.#settings = settings;
    const { clock, relayBytesPerSecondTotal } = settings;
    const pace = new RelayPace(relayBytesPerSecondTotal, RELAY_SHARED_BURST_BYTES, clock);
    this.#shared = sharedBy.get(settings) ?? { pace, sockets: 0 };
    sharedBy.set(settings, this.#shared);
  }

  /** How much was carried so far. */
  get carried(): { readonly packets: number; readonly bytes: number } {
    return { packets: this.#packets, bytes: this.#bytes };
  }

  get size(): number {
    return this.#seats.size;
  }

  has(client: Client): boolean {
    return this.#byClient.has(client) || this.#coming.has(client);
  }

  /** A member's socket is there, and is to say that it is in. */
  expect(client: Client, peerId: number): void {
    this.#coming.set(client, peerId);
  }

  /** A client has said that it is in. It goes again, if its member has gone meanwhile. */
  confirmed(client: Client, hasSeat: (peerId: number) => boolean): void {
    const peerId = this.#coming.get(client);
    if (peerId === undefined) return;
    this.#coming.delete(client);
    if (hasSeat(peerId)) this.open(peerId, client);
    else client.leave();
  }

  /** From now on packets reach a member by this socket. The one it had before goes. */
  open(peerId: number, client: Client): void {
    this.close(peerId);
    const { relayBytesPerSecond, clock } = this.#settings;
    const pace = (): RelayPace => new RelayPace(relayBytesPerSecond, RELAY_BURST_BYTES, clock);
    const seat: RelaySeat = {
      peerId,
      client,
      socket: client.ref as unknown as RelaySocket,
      pace: pace(),
      part: pace(),
      waiting: 0,
      onWritten: () => {
        seat.waiting -= 1;
      },
      restsUntilMs: Number.NEGATIVE_INFINITY,
      restTimer: undefined,
      lingerTimer: undefined,
    };
    tell(client, "relay-welcome", { peers: [...this.#seats.keys()] });
    for (const other of this.#seats.values()) tell(other.client, "relay-up", { peerId });
    this.#seats.set(peerId, seat);
    this.#byClient.set(client, seat);
    this.#shared.sockets += 1;
  }

  /** The socket is gone. */
  left(client: Client): void {
    this.#coming.delete(client);
    const seat = this.#byClient.get(client);
    if (seat === undefined) return;
    clearTimeout(seat.restTimer);
    clearTimeout(seat.lingerTimer);
    this.#byClient.delete(client);
    this.#shared.sockets -= 1;
    this.#seats.delete(seat.peerId);
    for (const other of this.#seats.values()) tell(other.client, "relay-down", { peerId: seat.peerId });
  }

  /** The member is gone, or another page's: its socket is closed. */
  close(peerId: number): void {
    const seat = this.#seats.get(peerId);
    if (seat === undefined) return;
    this.left(seat.client);
    seat.socket.resume();
    seat.client.leave();
  }

  /** The member has left, and what it sent before is still under way. */
  closeSoon(peerId: number): void {
    const seat = this.#seats.get(peerId);
    if (seat !== undefined) seat.lingerTimer ??= setTimeout(() => this.close(peerId), RELAY_LINGER_MS).unref();
  }

  /** Closes the sockets of those who have no seat any more. */
  keepOnly(hasSeat: (peerId: number) => boolean): void {
    for (const { lingerTimer, peerId } of [...this.#seats.values()]) {
      if (lingerTimer === undefined && !hasSeat(peerId)) this.close(peerId);
    }
  }

  /** A frame that came by a relay's socket. False if it is none that may. The desk keeps the frame. */
  carry(client: Client, frame: Buffer): boolean {
    const seat = this.#byClient.get(client);
    if (seat === undefined || frame.length < HEADER_BYTES) return false;
    if (frame[0] !== Protocol.ROOM_DATA_BYTES || frame[1] !== RELAY_TYPE) return false;
    this.#count(seat, frame.length);
    const receiver = this.#seats.get(frame.readUInt32BE(2));
    if (receiver === undefined || receiver === seat) return true;
    const { bufferedAmount } = receiver.socket;
    if (bufferedAmount > MAX_RELAY_OUTBOUND_BYTES || receiver.waiting >= MAX_RELAY_OUTBOUND_PACKETS) {
      receiver.socket.terminate();
      return true;
    }
    frame.writeUInt32BE(seat.peerId, 2);
    if (bufferedAmount === 0) {
      receiver.socket.send(frame, BINARY);
    } else {
      receiver.waiting += 1;
      receiver.socket.send(frame, BINARY, receiver.onWritten);
    }
    this.#packets += 1;
    this.#bytes += frame.length;
    tally.relayBytes += frame.length;
    return true;
  }

  #count(seat: RelaySeat, length: number): void {
    const { clock, relayBytesPerSecondTotal } = this.#settings;
    const cost = length + RELAY_SHARED_PACKET_COST_BYTES;
    // While all together send too much, who keeps to its part does not pay for the others.
    const part = Math.max(RELAY_LEAST_BYTES_PER_SECOND, relayBytesPerSecondTotal / this.#shared.sockets);
    const sharedMs = this.#shared.pace.take(cost);
    const debtMs = seat.part.take(cost, part) > 0 ? sharedMs : 0;
    const restMs = Math.min(MAX_RELAY_REST_MS, Math.max(seat.pace.take(length + RELAY_PACKET_COST_BYTES), debtMs));
    if (restMs < 1) return;
    // What was read from the network already is still heard, and counted, while the socket rests.
    seat.restsUntilMs = clock.nowMs() + restMs;
    seat.socket.pause();
    if (seat.restTimer === undefined) this.#rest(seat);
  }

  #rest(seat: RelaySeat): void {
    const restMs = seat.restsUntilMs - this.#settings.clock.nowMs();
    // Its answers to pings wait, too.
    seat.socket.pingCount = 0;
    if (restMs < 1) {
      seat.restTimer = undefined;
      seat.socket.resume();
    } else {
      seat.restTimer = setTimeout(() => this.#rest(seat), Math.min(restMs, RELAY_REST_STEP_MS));
    }
  }
}

function tell<Type extends keyof RelayMessages>(client: Client, type: Type, message: RelayMessages[Type]): void {
  if (client.state !== ClientState.LEAVING) client.send(type, message);
}
