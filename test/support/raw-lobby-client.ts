import { Packr, unpack } from "msgpackr";
import { LOBBY_PROTOCOL_VERSION, LOBBY_ROOM, LobbyErrorCode } from "../../src/lobby/protocol.ts";
import { until } from "./until.ts";

const JOIN_ROOM = 10;
const ERROR = 11;
const LEAVE_ROOM = 12;
const ROOM_DATA = 13;
const ROOM_DATA_BYTES = 17;
const refusalPattern = new RegExp(`(?:${Object.values(LobbyErrorCode).join("|")}): .*`);
const packr = new Packr({ useRecords: false });

export const createOptions = {
  protocolVersion: LOBBY_PROTOCOL_VERSION,
  gameId: "raw/1",
  name: "Raw",
  maxPeers: 4,
  isPublic: true,
  metadata: {},
  profile: {},
};
export const joinOptions = { protocolVersion: LOBBY_PROTOCOL_VERSION, gameId: "raw/1", profile: {} };

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: { readonly [key: string]: unknown };
}

/** A request to Colyseus' matchmaker, as any client may make it. */
export async function post(url: string, path: string, body: unknown, init: RequestInit = {}): Promise<HttpAnswer> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const headers = { "content-type": "application/json", ...(init.headers as Record<string, string> | undefined) };
  const response = await fetch(`${url}${path}`, { method: "POST", body: text, ...init, headers });
  const answer = await response.text();
  let parsed: HttpAnswer["body"] = {};
  try {
    parsed = JSON.parse(answer);
  } catch {
    parsed = { text: answer };
  }
  return { status: response.status, headers: response.headers, body: parsed };
}

/** A client that knows Colyseus' wire format and none of its manners. */
export class RawLobbyClient {
  readonly received: { readonly type: string; readonly message: Readonly<Record<string, unknown>> }[] = [];
  readonly errors: string[] = [];
  /** Told of frames of raw bytes. */
  onBytes: (frame: Uint8Array) => void = () => {};
  closed: { readonly code: number; readonly reason: string } | null = null;
  readonly #socket: WebSocket;

  /** Opens a socket at once, without asking for a seat. */
  constructor(socketUrl: string, isPolite = true) {
    this.#socket = new WebSocket(socketUrl);
    this.#socket.binaryType = "arraybuffer";
    this.#socket.onmessage = ({ data }) => this.#hear(new Uint8Array(data as ArrayBuffer), isPolite);
    this.#socket.onclose = ({ code, reason }) => {
      this.closed = { code, reason };
    };
  }

  static async create(url: string, options: object = {}): Promise<RawLobbyClient> {
    return RawLobbyClient.enter(url, `/matchmake/create/${LOBBY_ROOM}`, { ...createOptions, ...options });
  }

  static async join(url: string, code: string, options: object = {}): Promise<RawLobbyClient> {
    return RawLobbyClient.enter(url, `/matchmake/joinById/${code}`, { ...joinOptions, ...options });
  }

  /** Asks for a seat, takes it, and waits for the welcome, or for the refusal. */
  static async enter(url: string, path: string, options: unknown): Promise<RawLobbyClient> {
    const { status, body } = await post(url, path, options);
    if (status !== 200) throw new Error(String(body["error"]));
    const client = new RawLobbyClient(socketUrlOf(url, body));
    await until(() => client.received.length > 0 || client.errors.length > 0 || client.closed !== null);
    if (client.errors.length > 0) throw new Error(client.errors[0]);
    return client;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  get socket(): WebSocket {
    return this.#socket;
  }

  get welcome(): Readonly<Record<string, unknown>> {
    return this.last("welcome") ?? {};
  }

  /** What it would come back with. */
  get token(): string {
    return (this.welcome["seat"] as { token: string }).token;
  }

  get peerId(): number {
    return (this.welcome["seat"] as { peerId: number }).peerId;
  }

  get code(): string {
    return this.welcome["code"] as string;
  }

  all(type: string): Readonly<Record<string, unknown>>[] {
    return this.received.filter((each) => each.type === type).map(({ message }) => message);
  }

  last(type: string): Readonly<Record<string, unknown>> | undefined {
    return this.all(type).at(-1);
  }

  /** Waits for a message of this type which has these fields. */
  async hears(type: string, fields: object = {}): Promise<Readonly<Record<string, unknown>>> {
    const matches = (message: Readonly<Record<string, unknown>>): boolean =>
      Object.entries(fields).every(([name, value]) => JSON.stringify(message[name]) === JSON.stringify(value));
    return until(() => this.all(type).find(matches), {
      what: `${type} ${JSON.stringify(fields)}; received ${JSON.stringify(this.received).slice(0, 2_000)}`,
    });
  }

  async closes(): Promise<{ readonly code: number; readonly reason: string }> {
    return until(() => this.closed, { what: "the socket to close" });
  }

  send(type: string, message: unknown): void {
    this.sendBytes(dataFrame(type, packr.pack(message)));
  }

  sendBytes(bytes: Uint8Array | string): void {
    this.#socket.send(bytes as Uint8Array<ArrayBuffer> | string);
  }

  leave(): void {
    if (this.isOpen) this.sendBytes(Uint8Array.of(LEAVE_ROOM));
  }

  /** Ends the socket without a goodbye to the room. */
  vanish(): void {
    this.#socket.close();
  }

  #hear(frame: Uint8Array, isPolite: boolean): void {
    if (frame[0] === JOIN_ROOM) {
      if (isPolite) this.sendBytes(Uint8Array.of(JOIN_ROOM));
    } else if (frame[0] === ERROR) {
      // A number, then a string; only the text after them matters here.
      const text = new TextDecoder().decode(frame);
      this.errors.push(refusalPattern.exec(text)?.[0] ?? text);
    } else if (frame[0] === ROOM_DATA_BYTES) {
      this.onBytes(frame);
    } else if (frame[0] === ROOM_DATA) {
      const length = (frame[1] as number) & 0x1f;
      const type = new TextDecoder().decode(frame.subarray(2, 2 + length));
      this.received.push({ type, message: unpack(frame.subarray(2 + length)) as Record<string, unknown> });
    }
  }
}

/** Where Colyseus expects the socket of a seat that it reserved. */
export function socketUrlOf(url: string, seat: Readonly<Record<string, unknown>>): string {
  return `${url.replace("http", "ws")}/${seat["processId"]}/${seat["roomId"]}?sessionId=${seat["sessionId"]}`;
}

/** A message as Colyseus frames it. `type`: at most 31 letters. */
export function dataFrame(type: string, packed: Uint8Array): Uint8Array {
  const name = new TextEncoder().encode(type);
  return Uint8Array.of(ROOM_DATA, 0xa0 | name.length, ...name, ...packed);
}
