import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Clock } from "../base/clock.ts";
import { LobbyErrorCode } from "../lobby/protocol.ts";
import { addressOf, networkOf } from "./address.ts";
import { AddressBook } from "./address-book.ts";
import { readJsonText, refuse, sayHello } from "./http-answers.ts";
import { isRoomUrl, kindOfRequest } from "./known-requests.ts";
import { MAX_PLAIN_CONNECTIONS, MAX_REQUEST_BYTES } from "./limits.ts";
import { statusOf } from "./refusal.ts";
import type { AddressLimits } from "./settings.ts";

export interface GateOptions extends AddressLimits {
  /** Sockets open at a time, in all. */
  readonly maxConnections: number;
  readonly trustProxy: boolean;
  readonly clock: Clock;
}

type RequestListener = (request: IncomingMessage, response: ServerResponse) => void;
type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/**
 * What a request passes before Colyseus sees it: counting by address, a bound on the body's length, and nothing but the few
 * requests that lobbies need. Put on after Colyseus has put its listeners on the server.
 */
export class Gate {
  readonly #book: AddressBook;
  readonly #options: GateOptions;
  readonly #sockets = new Set<Duplex>();
  /** Connections that have sent requests, or nothing yet, by address. */
  readonly #plain = new Map<Duplex, string>();

  constructor(server: Server, options: GateOptions) {
    this.#options = options;
    this.#book = new AddressBook(options, options.clock);
    const onRequest = server.listeners("request") as RequestListener[];
    const onUpgrade = server.listeners("upgrade") as UpgradeListener[];
    server.removeAllListeners("request");
    server.removeAllListeners("upgrade");
    server.maxConnections = options.maxConnections + MAX_PLAIN_CONNECTIONS;
    server.on("connection", (socket) => this.#countPlain(socket));
    server.on("request", (request, response) => {
      this.#check(request, response, () => {
        for (const listener of onRequest) listener.call(server, request, response);
      });
    });
    server.on("upgrade", (request, socket, head) => {
      if (this.#maySocket(request, socket))
        for (const listener of onUpgrade) listener.call(server, request, socket, head);
    });
  }

  /** Cuts every WebSocket that is still there. */
  closeAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #check(request: IncomingMessage, response: ServerResponse, pass: () => void): void {
    const { method = "", headers } = request;
    if (method === "GET" || method === "HEAD") {
      sayHello(request, response);
      return;
    }
    const { origin, "content-length": length, "content-type": type = "" } = headers;
    const address = addressOf(request, this.#options.trustProxy);
    // Colyseus makes a URL of the host's name, and the process ends if that cannot be done: it sees no header but these.
    request.headers = {
      host: "localhost",
      "content-type": "application/json",
      ...(origin !== undefined && { origin }),
    };
    if (method === "OPTIONS") {
      pass();
      return;
    }
    const no = (status: number, reason: string, code: LobbyErrorCode = LobbyErrorCode.INVALID_OPTIONS): void =>
      refuse(response, origin, status, code, reason);
    const kind = kindOfRequest(request.url ?? "");
    if (method !== "POST" || kind === null) return no(404, "no such request");
    if (!/^\d+$/.test(length ?? "")) return no(411, "the request's length is not given");
    if (Number(length) > MAX_REQUEST_BYTES)
      return no(413, `a request of ${length} bytes, the limit is ${MAX_REQUEST_BYTES}`);
    if (!/^application\/json\b/i.test(type)) return no(415, "the request is not JSON");
    const may = kind === "create" ? this.#book.mayCreate(address) : this.#book.mayJoin(address);
    if (!may) {
      const { MISBEHAVED } = LobbyErrorCode;
      return no(statusOf(MISBEHAVED), `too many requests to ${kind} from this address, try again soon`, MISBEHAVED);
    }
    readJsonText(request, (text) => {
      if (text === null) return no(400, "the request is not JSON");
      Object.assign(request, { body: text });
      pass();
    });
  }

  #countPlain(socket: Socket): void {
    // All that a proxy passes on comes from its own address: it is the one to count connections then.
    if (this.#options.trustProxy) return;
    const address = networkOf(socket.remoteAddress ?? "unknown");
    if (!this.#book.connectPlainly(address)) {
      socket.destroy();
      return;
    }
    this.#plain.set(socket, address);
    socket.once("close", () => this.#forgetPlain(socket));
  }

  #forgetPlain(socket: Duplex): void {
    const address = this.#plain.get(socket);
    if (address !== undefined && this.#plain.delete(socket)) this.#book.disconnectPlainly(address);
  }

  #maySocket(request: IncomingMessage, socket: Duplex): boolean {
    socket.on("error", () => socket.destroy());
    if (!isRoomUrl(request.url ?? "")) return refuseSocket(socket, "404 Not Found");
    const address = addressOf(request, this.#options.trustProxy);
    if (this.#sockets.size >= this.#options.maxConnections || !this.#book.connect(address)) {
      return refuseSocket(socket, "503 Service Unavailable");
    }
    this.#forgetPlain(socket);
    this.#sockets.add(socket);
    socket.once("close", () => {
      this.#sockets.delete(socket);
      this.#book.disconnect(address);
    });
    return true;
  }
}

function refuseSocket(socket: Duplex, status: string): false {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  return false;
}
