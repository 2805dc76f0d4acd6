import type { RandomSource } from "../base/random.ts";
import type { RelayLine, RelayObserver, RelayPipe } from "../seam/relay-pipe.ts";
import type { ServerAccess } from "./admission.ts";
import {
  RELAY_FIRST_PAUSE_MS,
  RELAY_IDLE_MS,
  RELAY_LINGER_MS,
  RELAY_LONGEST_PAUSE_MS,
  RELAY_PUMP_MS,
  RELAY_SOCKET_BYTES,
} from "./limits.ts";
import { isLobbyError } from "./lobby-error.ts";
import { Pauses } from "./pauses.ts";
import { LOBBY_PROTOCOL_VERSION, LobbyErrorCode, RELAY_TYPE, type RelayMessages, type Seat } from "./protocol.ts";
import { isLineName, MAX_LINE_NUMBER, readFrame, writeFrame } from "./relay-frames.ts";
import { type LineOwner, PipeLine } from "./relay-line.ts";
import { type RoomObserver, RoomSocket } from "./room-socket.ts";

export interface RelayPipeOptions {
  readonly access: ServerAccess;
  readonly gameId: string;
  readonly random: RandomSource;
  /** The newest of this player's. */
  readonly seat: () => Seat;
  /** How long the socket is kept that no line needs. Default 30,000. Unit: ms. */
  readonly idleMs?: number;
}

/** Refusals after which the relay would refuse again. */
const final: ReadonlySet<LobbyErrorCode> = new Set([
  LobbyErrorCode.WRONG_STATE,
  LobbyErrorCode.WRONG_VERSION,
  LobbyErrorCode.INVALID_OPTIONS,
]);

/** The relay of a lobby's server: a second socket to the lobby, there as long as a connection needs it. */
export class ColyseusRelayPipe implements RelayPipe, LineOwner, RoomObserver {
  readonly #options: RelayPipeOptions;
  readonly #pauses: Pauses;
  readonly #lines = new Map<number, PipeLine>();
  /** Lines on which something waits, in the order of their turns. */
  #turns: PipeLine[] = [];
  /** Who else has a relay socket. */
  readonly #peers = new Set<number>();
  #socket: RoomSocket | null = null;
  /** Whether the server has said that packets come through. */
  #isUp = false;
  #isOpening = false;
  #isClosed = false;
  #lastNumber = MAX_LINE_NUMBER;
  #pumpTimer: ReturnType<typeof setTimeout> | undefined;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #idleTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: RelayPipeOptions) {
    this.#options = options;
    this.#pauses = new Pauses(RELAY_FIRST_PAUSE_MS, RELAY_LONGEST_PAUSE_MS, options.random);
  }

  /** Whether it has a socket to the server. */
  get isOpen(): boolean {
    return this.#socket !== null;
  }

  open(peerId: number, name: string, observer: RelayObserver): RelayLine {
    const line = new PipeLine(peerId, name, this.#nextNumber(), observer, this);
    if (this.#isClosed || !isLineName(name)) {
      queueMicrotask(() => line.goDown(this.#isClosed ? "the lobby was left" : `${name} is no name of a line`));
      return line;
    }
    clearTimeout(this.#idleTimer);
    this.#lines.set(line.number, line);
    if (this.#isUp) this.#announce(line);
    else this.#connect();
    return line;
  }

  /** No more lines; those that there are have a while to end by themselves. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#retryTimer);
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(() => this.#giveUp("the lobby was left"), RELAY_LINGER_MS);
    this.#letGoIfIdle();
  }

  wants(line: PipeLine): void {
    if (!this.#turns.includes(line)) this.#turns.push(line);
    // Whoever waits already is not overtaken, nor told of it from inside this call.
    if (this.#turns.length === 1 && this.#pumpTimer === undefined) this.#pump(false);
  }

  ended(line: PipeLine): void {
    this.#lines.delete(line.number);
    if (line.isEmpty) this.#turns = this.#turns.filter((other) => other !== line);
    this.#letGoIfIdle();
  }

  onMessage(type: string, message: unknown): void {
    switch (type) {
      case String(RELAY_TYPE):
        this.#hear(message as Uint8Array<ArrayBuffer>);
        break;
      case "relay-welcome":
        this.#isUp = true;
        this.#pauses.reset();
        for (const peerId of (message as RelayMessages["relay-welcome"]).peers) this.#peers.add(peerId);
        for (const line of [...this.#lines.values()]) this.#announce(line);
        break;
      case "relay-up":
        this.#meet((message as RelayMessages["relay-up"]).peerId);
        break;
      case "relay-down":
        this.#miss((message as RelayMessages["relay-down"]).peerId);
        break;
      default:
        break;
    }
  }

  /** Something is wanted soon: a socket that hangs is to be found out at once. */
  hurry(): void {
    this.#socket?.hurry();
  }

  onClosed(reason: string): void {
    this.#socket = null;
    this.#isUp = false;
    this.#peers.clear();
    this.#stopPump();
    for (const line of [...this.#lines.values(), ...this.#turns]) if (line.state !== "opening") line.goDown(reason);
    this.#turns = [];
    if (this.#lines.size > 0) this.#connectLater();
  }

  #connect(): void {
    if (this.#socket !== null || this.#isOpening || this.#retryTimer !== undefined) return;
    this.#isOpening = true;
    const { access, gameId, seat } = this.#options;
    const { code, token } = seat();
    const request = { protocolVersion: LOBBY_PROTOCOL_VERSION, gameId, profile: {}, token, relay: true };
    RoomSocket.open(access, { method: "joinById", room: code }, request).then(
      (socket) => {
        this.#isOpening = false;
        this.#socket = socket;
        socket.observe(this);
        this.#letGoIfIdle();
      },
      (error: Error) => {
        this.#isOpening = false;
        const isFinal = isLobbyError(error) && final.has(error.code);
        if (isFinal) for (const line of [...this.#lines.values()]) line.goDown(error.message);
        else if (this.#lines.size > 0) this.#connectLater();
      },
    );
  }

  #connectLater(): void {
    if (this.#isClosed) return;
    this.#retryTimer ??= setTimeout(() => {
      this.#retryTimer = undefined;
      if (this.#lines.size > 0) this.#connect();
    }, this.#pauses.nextMs());
  }

  /** Says that this line is open, if the peer can hear it; it says the same when it comes. */
  #announce(line: PipeLine): void {
    if (line.state !== "opening" || !this.#peers.has(line.peerId)) return;
    this.#tell(writeFrame(line.peerId, { kind: "open", number: line.number, name: line.name }));
  }

  #meet(peerId: number): void {
    this.#peers.add(peerId);
    for (const line of [...this.#lines.values()]) if (line.peerId === peerId) this.#announce(line);
  }

  #miss(peerId: number): void {
    this.#peers.delete(peerId);
    for (const line of [...this.#lines.values(), ...this.#turns]) {
      if (line.peerId === peerId && line.state !== "opening") line.goDown("the other side's relay is gone");
    }
  }

  #hear(bytes: Uint8Array<ArrayBuffer>): void {
    const read = readFrame(bytes);
    if (read === null) return;
    const { from, frame } = read;
    if (frame.kind === "open") {
      for (const line of this.#lines.values()) {
        if (line.peerId !== from || line.name !== frame.name || line.state !== "opening") continue;
        this.#tell(writeFrame(from, { kind: "accept", to: frame.number, number: line.number }));
        line.goUp(frame.number);
        return;
      }
      return;
    }
    const line = this.#lines.get(frame.to);
    const isKnown = line !== undefined && line.peerId === from;
    if (frame.kind === "accept") {
      if (isKnown) line.goUp(frame.number);
      // It was given up before the answer came. (One that is closing says so itself, after all that waits on it.)
      else if (!this.#isClosing(frame.to)) this.#tell(writeFrame(from, { kind: "close", to: frame.number }));
    } else if (isKnown && frame.kind === "packet") {
      line.hear(frame.packet);
    } else if (isKnown && frame.kind === "close" && line.state === "up") {
      line.goDown("the other side closed");
    }
  }

  #isClosing(number: number): boolean {
    return this.#turns.some((line) => line.number === number);
  }

  #tell(frame: Uint8Array): void {
    this.#socket?.sendBytes(RELAY_TYPE, frame);
  }

  /** Gives each line its turn while the socket takes more. `tells`: whoever has nothing waiting any more is told. */
  #pump(tells: boolean): void {
    this.#stopPump();
    const socket = this.#socket;
    const drained: PipeLine[] = [];
    while (socket !== null && this.#turns.length > 0 && socket.bufferedBytes < RELAY_SOCKET_BYTES) {
      const line = this.#turns.shift() as PipeLine;
      const frame = line.shift();
      if (frame !== undefined) socket.sendBytes(RELAY_TYPE, frame);
      if (!line.isEmpty) this.#turns.push(line);
      else if (tells) drained.push(line);
    }
    if (this.#turns.length > 0) this.#pumpTimer = setTimeout(() => this.#pump(true), RELAY_PUMP_MS);
    for (const line of drained) line.drained();
    this.#letGoIfIdle();
  }

  #stopPump(): void {
    clearTimeout(this.#pumpTimer);
    this.#pumpTimer = undefined;
  }

  #letGoIfIdle(): void {
    if (this.#lines.size > 0 || this.#turns.length > 0) return;
    if (this.#isClosed) {
      this.#giveUp("the lobby was left");
      return;
    }
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(() => {
      if (this.#lines.size === 0) this.#giveUp("idle");
    }, this.#options.idleMs ?? RELAY_IDLE_MS);
    // In Node, where it is an object.
    (this.#idleTimer as { unref?(): void }).unref?.();
  }

  #giveUp(reason: string): void {
    clearTimeout(this.#idleTimer);
    const socket = this.#socket;
    if (socket !== null) {
      this.onClosed(reason);
      socket.leave();
    }
    if (this.#isClosed) for (const line of [...this.#lines.values()]) line.goDown(reason);
  }

  #nextNumber(): number {
    do this.#lastNumber = (this.#lastNumber + 1) % (MAX_LINE_NUMBER + 1);
    while (this.#lines.has(this.#lastNumber));
    return this.#lastNumber;
  }
}
