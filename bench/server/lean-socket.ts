import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";

const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

/**
 * The least that is a WebSocket: it sends frames that were made before, and hands over what comes, so that whoever makes load is not
 * what is measured.
 */
export class LeanSocket {
  /** What comes is a part of a buffer that is not kept. */
  onMessage: (payload: Buffer) => void = () => {};
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  #rest: Buffer<ArrayBufferLike> = Buffer.alloc(0);

  /** Resolves once the server has taken it. `heard` is told all that comes from then on. */
  static open(port: number, path: string, heard: (payload: Buffer) => void): Promise<LeanSocket> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: "127.0.0.1", noDelay: true });
      const key = randomBytes(16).toString("base64");
      socket.write(
        `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
          `Sec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
      );
      let head: Buffer<ArrayBufferLike> = Buffer.alloc(0);
      socket.on("error", reject);
      socket.on("close", () => reject(new Error(`the server closed ${path}`)));
      const hear = (chunk: Buffer): void => {
        head = Buffer.concat([head, chunk]);
        const end = head.indexOf("\r\n\r\n");
        if (end < 0) return;
        socket.off("data", hear);
        const status = head.toString("latin1", 0, head.indexOf("\r\n"));
        if (status.startsWith("HTTP/1.1 101")) resolve(new LeanSocket(socket, heard, head.subarray(end + 4)));
        else reject(new Error(`${path}: ${status}`));
      };
      socket.on("data", hear);
    });
  }

  private constructor(socket: Socket, heard: (payload: Buffer) => void, rest: Buffer) {
    this.#socket = socket;
    this.onMessage = heard;
    this.closed = new Promise((resolve) => socket.once("close", () => resolve()));
    socket.on("data", (chunk: Buffer) => this.#read(chunk));
    if (rest.length > 0) this.#read(rest);
  }

  send(frame: Buffer): void {
    this.#socket.write(frame);
  }

  close(): void {
    this.#socket.end(framed(Buffer.of(3, 232), CLOSE));
  }

  #read(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    while (bytes.length - at >= 2) {
      let start = at + 2;
      let length = (bytes[at + 1] as number) & 0x7f;
      if (length === 126) {
        start += 2;
        if (bytes.length < start) break;
        length = bytes.readUInt16BE(at + 2);
      } else if (length === 127) {
        start += 8;
        if (bytes.length < start) break;
        length = bytes.readUInt32BE(at + 6);
      }
      if (bytes.length - start < length) break;
      this.#take((bytes[at] as number) & 0x0f, bytes.subarray(start, start + length));
      at = start + length;
    }
    this.#rest = bytes.subarray(at);
  }

  #take(kind: number, payload: Buffer): void {
    if (kind === TEXT || kind === BINARY) this.onMessage(payload);
    else if (kind === PING) this.send(framed(payload, PONG));
    else if (kind === CLOSE) this.#socket.end();
  }
}

export function binaryFrame(payload: Uint8Array): Buffer {
  return framed(payload, BINARY);
}

export function textFrame(text: string): Buffer {
  return framed(Buffer.from(text), TEXT);
}

/** Masked with zeros, which the server has to take off like any other mask. */
function framed(payload: Uint8Array, kind: number): Buffer {
  const { length } = payload;
  const head = length < 126 ? 6 : length < 65_536 ? 8 : 14;
  const frame = Buffer.alloc(head + length);
  frame[0] = 0x80 | kind;
  if (length < 126) {
    frame[1] = 0x80 | length;
  } else if (length < 65_536) {
    frame[1] = 0x80 | 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 0x80 | 127;
    frame.writeUInt32BE(length, 6);
  }
  frame.set(payload, head);
  return frame;
}
