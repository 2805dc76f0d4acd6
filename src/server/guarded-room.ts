import type { Writable } from "node:stream";
import { type AuthContext, type Client, ClientState, getMessageBytes, logger, Protocol, Room } from "@colyseus/core";
import { CLOSE_REFUSED, LobbyErrorCode } from "../lobby/protocol.ts";
import { Allowance } from "./allowance.ts";
import { CLOSE_GRACE_MS, JOIN_DEADLINE_MS, MAX_OUTBOUND_BYTES } from "./limits.ts";
import { inOneWrite } from "./one-write.ts";
import { refusalText } from "./refusal.ts";
import { DEFAULT_LOBBY_SETTINGS, type LobbySettings } from "./settings.ts";
import { countRefusal, tally } from "./tally.ts";

/** What the sockets of Colyseus' WebSocket transport have beyond what its types say. Other transports may lack it. */
interface Socket {
  readonly bufferedAmount?: number;
  /** What it writes to. */
  readonly _socket?: Writable | null;
  terminate?(): void;
}

/** What a room knows of a client beyond what Colyseus does. Every client has one, so it is small. */
class Guarded extends Allowance {
  readonly room: GuardedRoom;
  readonly client: Client;
  /** What waits for it to confirm that it joined. Unit: bytes. */
  unread = 0;
  /** Runs until then. */
  deadline: ReturnType<typeof setTimeout> | undefined;

  constructor(room: GuardedRoom, client: Client, nowMs: number) {
    super(nowMs);
    this.room = room;
    this.client = client;
  }
}

/** What Colyseus' `_onJoin` takes: it keeps the method's type to itself. */
type Joining = [client: Client, context: AuthContext, options: object];

const ALLOWED_FRAMES: ReadonlySet<number> = new Set([
  Protocol.JOIN_ROOM,
  Protocol.LEAVE_ROOM,
  Protocol.PING,
  Protocol.ROOM_DATA,
]);

/**
 * A Colyseus room that trusts no client: everything a client sends is counted, bounded and checked before it is acted on,
 * what waits for a client that does not read is bounded, and a client that breaks a rule is told why and let go.
 */
export abstract class GuardedRoom extends Room {
  /** Set on a subclass to change how its rooms behave. */
  static settings: LobbySettings = DEFAULT_LOBBY_SETTINGS;
  /** By their sockets: the same functions hear what all of these say. */
  static readonly #known = new WeakMap<object, Guarded>();

  /** In place of a client's own `leave` while Colyseus decodes what it sent. */
  static readonly #undecodable: Client["leave"] = function (this: Client): void {
    GuardedRoom.#known.get(this.ref)?.room.misbehaved(this, "a message that cannot be decoded");
  };
  static readonly #failed = function (this: object): void {
    const known = GuardedRoom.#known.get(this);
    if (known === undefined || known.client.state === ClientState.LEAVING) return;
    known.room.misbehaved(known.client, "a frame that breaks the WebSocket protocol");
  };
  /** Pings and pongs never come as messages, and cost as much. */
  static readonly #pinged = function (this: object, data: Buffer): void {
    const known = GuardedRoom.#known.get(this);
    if (known === undefined || known.client.state === ClientState.LEAVING) return;
    known.room.#mayGoOn(known.client, data.length);
  };

  static {
    // biome-ignore lint/complexity/noThisInStatic: as it is compiled, the class has no name yet here.
    const own = this.prototype;
    const receive = Room.prototype["_onMessage"];
    own["_onMessage"] = function (this: GuardedRoom, client: Client, frame: Buffer): void {
      this.#check(client, frame, receive);
    };
    const join = Room.prototype["_onJoin"];
    own["_onJoin"] = async function (this: GuardedRoom, ...args: Joining): Promise<void> {
      await join.apply(this, args);
      tellEarly(args[0]);
    };
  }

  override patchRate = 1_000;
  override seatReservationTimeout = JOIN_DEADLINE_MS / 1_000;

  constructor() {
    super();
    this.onMessage("*", (client: Client, type: unknown, message: unknown) => this.receive(client, type, message));
  }

  protected get settings(): LobbySettings {
    return (this.constructor as typeof GuardedRoom).settings;
  }

  /** Bytes that are no message. False if this room takes none from that client. The room keeps the frame. */
  protected carry(_client: Client, _frame: Buffer): boolean {
    return false;
  }

  /** A client has said that it is in. */
  protected confirmed(_client: Client): void {}

  /** A client's message, decoded and not yet checked. */
  protected abstract receive(client: Client, type: unknown, message: unknown): void;

  /** A client broke a rule: by default it is told and let go. */
  protected misbehaved(client: Client, reason: string): void {
    this.dismiss(client, LobbyErrorCode.MISBEHAVED, reason);
  }

  protected tell(client: Client, type: string, message: unknown): void {
    this.tellFrame(client, this.frameOf(type, message));
  }

  /** What `tell` would send. */
  protected frameOf(type: string, message: unknown): Buffer {
    return getMessageBytes.raw(Protocol.ROOM_DATA, type, message) as Buffer;
  }

  /** What many are told is encoded once. */
  protected tellAll(clients: Iterable<Client>, type: string, message: unknown): void {
    let frame: Buffer | undefined;
    for (const client of clients) {
      frame ??= this.frameOf(type, message);
      this.tellFrame(client, frame);
    }
  }

  /** Sends, but cuts off whoever has let too much wait. */
  protected tellFrame(client: Client, frame: Buffer): void {
    const socket = client.ref as unknown as Socket;
    let waiting = socket.bufferedAmount ?? 0;
    if (client.state === ClientState.JOINING) {
      // Colyseus keeps these until the client has confirmed that it joined.
      const known = this.#knownOf(client);
      known.unread += frame.length;
      waiting = known.unread;
    }
    tally.messagesOut += 1;
    if (waiting > MAX_OUTBOUND_BYTES) {
      socket.terminate?.();
      return;
    }
    inOneWriteOf(client);
    client.enqueueRaw(frame);
  }

  /** Tells a client why it must go, and closes its socket; cuts it off if it does not go. */
  protected dismiss(client: Client, code: LobbyErrorCode, reason: string): void {
    countRefusal(code);
    this.tell(client, "refused", { code, reason });
    // A close reason holds at most 123 bytes.
    this.kickClient(
      client.sessionId,
      CLOSE_REFUSED,
      refusalText(code, reason)
        .replace(/[^ -~]/g, "?")
        .slice(0, 120),
    );
    setTimeout(() => (client.ref as unknown as Socket).terminate?.(), CLOSE_GRACE_MS).unref();
  }

  /** To be called once a client was let in: lets go of it again if it does not confirm that, or breaks WebSocket's own rules. */
  protected watch(client: Client): void {
    // That it is in, and its welcome.
    inOneWriteOf(client);
    // Colyseus has put one on each socket that only writes to the log.
    client.ref.removeAllListeners("error").on("error", GuardedRoom.#failed);
    client.ref.on("ping", GuardedRoom.#pinged).on("pong", GuardedRoom.#pinged);
    this.#knownOf(client).deadline = setTimeout(() => {
      if (client.state === ClientState.JOINING) this.misbehaved(client, "did not confirm that it joined");
    }, JOIN_DEADLINE_MS).unref();
  }

  protected report(error: unknown): void {
    logger.error(`tickmesh: ${error instanceof Error ? error.message : String(error)}`);
  }

  #check(client: Client, frame: Buffer, receive: (this: Room, client: Client, frame: Buffer) => void): void {
    if (client.state === ClientState.LEAVING) return;
    if (frame[0] === Protocol.ROOM_DATA_BYTES && this.carry(client, frame)) return;
    if (!this.#mayGoOn(client, frame.length)) return;
    const { messageBytes } = this.settings;
    if (frame.length > messageBytes) {
      this.misbehaved(client, `a message of ${frame.length} bytes, at most ${messageBytes} are allowed`);
      return;
    }
    if (!ALLOWED_FRAMES.has(frame[0] ?? 0)) {
      this.misbehaved(client, "unknown kind of message");
      return;
    }
    // Colyseus closes without a word on what it cannot decode, or throws into the socket's event.
    const wasJoining = client.state === ClientState.JOINING;
    if (wasJoining) inOneWriteOf(client);
    const leave = client.leave;
    client.leave = GuardedRoom.#undecodable;
    try {
      receive.call(this, client, frame);
    } catch (error) {
      this.misbehaved(client, "a message that cannot be decoded");
      if (!(error instanceof TypeError || error instanceof RangeError)) this.report(error);
    } finally {
      client.leave = leave;
    }
    // What Colyseus has just done to it, its types do not know.
    if (!wasJoining || (client.state as ClientState) !== ClientState.JOINED) return;
    const known = this.#knownOf(client);
    clearTimeout(known.deadline);
    known.deadline = undefined;
    this.confirmed(client);
  }

  /** Counts what a client sent; lets go of it, if that is too much. */
  #mayGoOn(client: Client, length: number): boolean {
    tally.messagesIn += 1;
    tally.bytesIn += length;
    const missing = this.#knownOf(client).take(length, this.settings);
    if (missing === null) return true;
    const { bytesPerSecond, messagesPerSecond } = this.settings;
    this.misbehaved(
      client,
      `more than ${missing === "bytes" ? bytesPerSecond : messagesPerSecond} ${missing} a second`,
    );
    return false;
  }

  #knownOf(client: Client): Guarded {
    let known = GuardedRoom.#known.get(client.ref);
    if (known === undefined) {
      known = new Guarded(this, client, this.settings.clock.nowMs());
      GuardedRoom.#known.set(client.ref, known);
    }
    return known;
  }
}

/**
 * What a client was told while it came in, right after the word that it is in. Colyseus would wait for its answer, because of a state
 * that these rooms do not have.
 */
function tellEarly(client: Client & { readonly _enqueuedMessages?: Buffer[] }): void {
  if (client.state !== ClientState.JOINING) return;
  for (const frame of client._enqueuedMessages?.splice(0) ?? []) client.raw(frame);
}

function inOneWriteOf(client: Client): void {
  const socket = (client.ref as unknown as Socket)._socket;
  if (socket) inOneWrite(socket);
}
