import { type Client, ClientState, logger, Protocol, Room } from "@colyseus/core";
import { TokenBucket } from "../base/token-bucket.ts";
import { CLOSE_REFUSED, LobbyErrorCode, LobbyLimits } from "../lobby/protocol.ts";
import { CLOSE_GRACE_MS, JOIN_DEADLINE_MS, MAX_OUTBOUND_BYTES } from "./limits.ts";
import { refusalText } from "./refusal.ts";
import { DEFAULT_LOBBY_SETTINGS, type LobbySettings } from "./settings.ts";
import { countRefusal, tally } from "./tally.ts";

/** What the sockets of Colyseus' WebSocket transport have beyond what its types say. Other transports may lack it. */
interface Socket {
  readonly bufferedAmount?: number;
  terminate?(): void;
}

/** What a client may still send. */
interface Allowance {
  readonly messages: TokenBucket;
  readonly bytes: TokenBucket;
}

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

  override patchRate = 1_000;
  override seatReservationTimeout = JOIN_DEADLINE_MS / 1_000;
  protected readonly settings: LobbySettings = (this.constructor as typeof GuardedRoom).settings;
  readonly #allowances = new WeakMap<Client, Allowance>();
  readonly #unread = new WeakMap<Client, number>();

  constructor() {
    super();
    const receive = this["_onMessage"].bind(this);
    this["_onMessage"] = (client: Client, frame: Buffer) => this.#guard(client, frame, receive);
    this.onMessage("*", (client: Client, type: unknown, message: unknown) => this.receive(client, type, message));
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

  /** Sends, unless the client has let too much wait: then it is cut off. */
  protected tell(client: Client, type: string, message: unknown): void {
    const socket = client.ref as unknown as Socket;
    let waiting = socket.bufferedAmount ?? 0;
    if (client.state === ClientState.JOINING) {
      // Colyseus keeps these until the client has confirmed that it joined.
      waiting = (this.#unread.get(client) ?? 0) + Buffer.byteLength(JSON.stringify(message));
      this.#unread.set(client, waiting);
    }
    tally.messagesOut += 1;
    if (waiting > MAX_OUTBOUND_BYTES) socket.terminate?.();
    else client.send(type, message);
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
    client.ref.once("error", () => this.misbehaved(client, "a frame that breaks the WebSocket protocol"));
    setTimeout(() => {
      if (client.state === ClientState.JOINING) this.misbehaved(client, "did not confirm that it joined");
    }, JOIN_DEADLINE_MS).unref();
  }

  protected report(error: unknown): void {
    logger.error(`tickmesh: ${error instanceof Error ? error.message : String(error)}`);
  }

  #guard(client: Client, frame: Buffer, receive: (client: Client, frame: Buffer) => void): void {
    if (client.state === ClientState.LEAVING) return;
    if (frame[0] === Protocol.ROOM_DATA_BYTES && this.carry(client, frame)) return;
    tally.messagesIn += 1;
    tally.bytesIn += frame.length;
    const { messages, bytes } = this.#allowanceOf(client);
    if (!messages.take()) {
      this.misbehaved(client, `more than ${this.settings.messagesPerSecond} messages a second`);
      return;
    }
    if (!bytes.take(frame.length)) {
      this.misbehaved(client, `more than ${this.settings.bytesPerSecond} bytes a second`);
      return;
    }
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
    const leave = client.leave;
    client.leave = () => this.misbehaved(client, "a message that cannot be decoded");
    try {
      receive(client, frame);
    } catch (error) {
      this.misbehaved(client, "a message that cannot be decoded");
      if (!(error instanceof TypeError || error instanceof RangeError)) this.report(error);
    } finally {
      client.leave = leave;
    }
    // What Colyseus has just done to it, its types do not know.
    if (wasJoining && (client.state as ClientState) === ClientState.JOINED) this.confirmed(client);
  }

  #allowanceOf(client: Client): Allowance {
    let allowance = this.#allowances.get(client);
    if (allowance === undefined) {
      const { burstMessages, burstBytes } = LobbyLimits;
      const { bytesPerSecond, clock, messagesPerSecond } = this.settings;
      allowance = {
        messages: new TokenBucket(burstMessages, messagesPerSecond, clock),
        bytes: new TokenBucket(burstBytes, bytesPerSecond, clock),
      };
      this.#allowances.set(client, allowance);
    }
    return allowance;
  }
}
