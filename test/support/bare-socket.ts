import { request } from "node:http";
import { connect, type Socket } from "node:net";
import { Packr, unpack } from "msgpackr";
import { dataFrame, joinOptions } from "./raw-lobby-client.ts";

export const Opcode = { CONTINUATION: 0, TEXT: 1, BINARY: 2, CLOSE: 8, PING: 9, PONG: 10 } as const;
const JOIN_ROOM = 10;
const ROOM_DATA = 13;
const packr = new Packr({ useRecords: false });

/** A frame of a client: masked with zeros. */
export function clientFrame(opcode: number, payload: Uint8Array, isLast = true): Buffer {
  const { length } = payload;
  const extra = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const frame = Buffer.alloc(6 + extra + length);
  frame[0] = (isLast ? 0x80 : 0) | opcode;
  frame[1] = 0x80 | (extra === 0 ? length : extra === 2 ? 126 : 127);
  if (extra === 2) frame.writeUInt16BE(length, 2);
  if (extra === 8) frame.writeUInt32BE(length, 6);
  frame.set(payload, 6 + extra);
  return frame;
}

/** A message as members send it, framed twice over. */
export function messageFrame(type: string, message: unknown): Buffer {
  return clientFrame(Opcode.BINARY, dataFrame(type, packr.pack(message)));
}

/** Asks as from an address of this machine: all of 127.0.0.0/8 is. Resolves to the status and what was said, as JSON. */
export function ask(
  port: number,
  path: string,
  body: unknown,
  {
    address = "127.0.0.1",
    headers = {},
  }: { readonly address?: string; readonly headers?: Record<string, string> } = {},
): Promise<{ readonly status: number; readonly body: Readonly<Record<string, unknown>> }> {
  return new Promise((resolve, reject) => {
    const text = JSON.stringify(body);
    const own = { "content-type": "application/json", "content-length": Buffer.byteLength(text), ...headers };
    const to = { host: "127.0.0.1", localAddress: address, port, path, method: "POST", headers: own, agent: false };
    const asked = request(to, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const said = Buffer.concat(chunks).toString();
        try {
          resolve({ status: response.statusCode ?? 0, body: JSON.parse(said) });
        } catch {
          resolve({ status: response.statusCode ?? 0, body: { said } });
        }
      });
    });
    asked.on("error", reject);
    asked.end(text);
  });
}

/** A WebSocket that has none of a WebSocket's manners: it sends what it is told to, reads only if it is to, and answers no ping unasked. */
export class BareSocket {
  /** Told of the server's frames, while it reads. */
  onFrame: (opcode: number, payload: Buffer) => void = () => {};
  isClosed = false;
  readonly socket: Socket;
  #rest: Buffer = Buffer.alloc(0);
  #isOpen = false;

  /** Resolves once the server has taken it, or rejects with the status it gave. */
  static open(port: number, path: string, address = "127.0.0.1"): Promise<BareSocket> {
    return new Promise((resolve, reject) => {
      const bare = new BareSocket(connect({ port, host: "127.0.0.1", localAddress: address, noDelay: true }));
      bare.socket.write(
        `GET ${path} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
      );
      bare.#waiting.opened = (status) =>
        status.startsWith("HTTP/1.1 101") ? resolve(bare) : reject(new Error(status));
      bare.socket.once("close", () => reject(new Error("closed before it was open")));
    });
  }

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on("error", () => {});
    socket.on("close", () => {
      this.isClosed = true;
    });
    socket.on("data", (chunk: Buffer) => this.#read(chunk));
  }

  /** False if what was written before has not gone yet. */
  write(bytes: Uint8Array): boolean {
    return !this.isClosed && this.socket.write(bytes);
  }

  send(type: string, message: unknown): boolean {
    return this.write(messageFrame(type, message));
  }

  readonly #waiting = { opened: (_status: string): void => {} };

  #read(chunk: Buffer): void {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    if (!this.#isOpen) {
      const end = this.#rest.indexOf("\r\n\r\n");
      if (end < 0) return;
      this.#isOpen = true;
      this.#waiting.opened(this.#rest.toString("latin1", 0, this.#rest.indexOf("\r\n")));
      this.#rest = this.#rest.subarray(end + 4);
      // Who waits for it to be open says after this what is to hear the frames.
      setImmediate(() => this.#parse());
      return;
    }
    this.#parse();
  }

  #parse(): void {
    for (;;) {
      const rest = this.#rest;
      if (rest.length < 2) return;
      const short = (rest[1] as number) & 0x7f;
      const start = short === 126 ? 4 : short === 127 ? 10 : 2;
      if (rest.length < start) return;
      const length = short === 126 ? rest.readUInt16BE(2) : short === 127 ? rest.readUInt32BE(6) : short;
      if (rest.length < start + length) return;
      this.#rest = rest.subarray(start + length);
      this.onFrame((rest[0] as number) & 0x0f, rest.subarray(start, start + length));
    }
  }
}

/** Somebody who sits in a lobby, by such a socket. */
export class BareMember {
  readonly socket: BareSocket;
  /** Told of the room's messages. */
  onMessage: (type: string, message: Readonly<Record<string, unknown>>) => void = () => {};
  /** The first message. */
  welcome: Readonly<Record<string, unknown>> = {};
  answersPings = true;

  /** Rejects with what the server said, if it lets nobody in. */
  static async enter(port: number, path: string, options: object, address = "127.0.0.1"): Promise<BareMember> {
    const { status, body } = await ask(port, path, options, { address });
    if (status !== 200) throw new Error(String(body["error"]));
    const { processId, roomId, sessionId } = body;
    const member = new BareMember(
      await BareSocket.open(port, `/${processId}/${roomId}?sessionId=${sessionId}`, address),
    );
    await new Promise<void>((resolve, reject) => {
      member.#waiting.welcomed = resolve;
      member.socket.socket.once("close", () => reject(new Error("closed before it was welcome")));
    });
    return member;
  }

  static join(port: number, code: string, more: object = {}, address = "127.0.0.1"): Promise<BareMember> {
    return BareMember.enter(port, `/matchmake/joinById/${code}`, { ...joinOptions, ...more }, address);
  }

  private constructor(socket: BareSocket) {
    this.socket = socket;
    socket.onFrame = (opcode, payload) => this.#hear(opcode, payload);
  }

  get seat(): { readonly code: string; readonly peerId: number; readonly token: string } {
    return this.welcome["seat"] as { code: string; peerId: number; token: string };
  }

  send(type: string, message: unknown): boolean {
    return this.socket.send(type, message);
  }

  readonly #waiting = { welcomed: (): void => {} };

  #hear(opcode: number, payload: Buffer): void {
    if (opcode === Opcode.PING && this.answersPings) this.socket.write(clientFrame(Opcode.PONG, payload));
    if (opcode !== Opcode.BINARY) return;
    if (payload[0] === JOIN_ROOM) this.socket.write(clientFrame(Opcode.BINARY, Uint8Array.of(JOIN_ROOM)));
    if (payload[0] !== ROOM_DATA) return;
    const end = 2 + ((payload[1] as number) & 0x1f);
    const type = payload.toString("latin1", 2, end);
    const isWelcome = type === "welcome" || type === "relay-welcome";
    // Whoever floods looks at nothing but what it needs.
    if (!isWelcome && this.onMessage.length === 0) return;
    const message = unpack(payload.subarray(end)) as Readonly<Record<string, unknown>>;
    if (isWelcome) {
      this.welcome = message;
      this.#waiting.welcomed();
    }
    this.onMessage(type, message);
  }
}
