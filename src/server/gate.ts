import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { matchMaker } from "@colyseus/core";
import type { Clock } from "../base/clock.ts";
import { TokenBucket } from "../base/token-bucket.ts";
import { LobbyErrorCode } from "../lobby/protocol.ts";
import { addressOf, networkOf } from "./address.ts";
import { AddressBook } from "./address-book.ts";
import type { Forwarder } from "./forward.ts";
import { isReady, type ServerHealth } from "./health.ts";
import { answerLook, readJsonText, refuse, UNKNOWN_ROOM_STATUS } from "./http-answers.ts";
import { isRoomUrl, kindOfRequest, processOfUrl, type RequestKind } from "./known-requests.ts";
import { LOG_LINES_AT_ONCE, LOG_LINES_PER_SECOND, MAX_PLAIN_CONNECTIONS, MAX_REQUEST_BYTES } from "./limits.ts";
import type { ServerLog } from "./log.ts";
import type { Origins } from "./origins.ts";
import { readRefusal, statusOf } from "./refusal.ts";
import type { AddressLimits } from "./settings.ts";
import { bearerToken, type SignIn } from "./sign-in.ts";
import { countRefusal, tally } from "./tally.ts";

export interface GateOptions extends AddressLimits {
  /** Sockets open at a time, in all. */
  readonly maxConnections: number;
  /** So many proxies stand before the server, each of which adds to `X-Forwarded-For`. */
  readonly trustedProxies: number;
  readonly origins: Origins;
  readonly signIn: SignIn | null;
  readonly health: ServerHealth;
  /** For a service of several processes. */
  readonly forwarder: Forwarder | null;
  readonly clock: Clock;
  readonly log: ServerLog;
  readonly logsAddresses: boolean;
}

type RequestListener = (request: IncomingMessage, response: ServerResponse) => void;
type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/**
 * What a request passes before Colyseus sees it: counting by address, the list of origins, signing in, a bound on the body's length,
 * and nothing but the few requests that lobbies need. Put on after Colyseus has put its listeners on the server.
 */
export class Gate {
  readonly #book: AddressBook;
  readonly #options: GateOptions;
  /** WebSockets, by the address that each is counted for; `null`: another process counts it. */
  readonly #sockets = new Map<Duplex, string | null>();
  /** Nobody shall fill the disk by what is refused. */
  readonly #notes: TokenBucket;
  /** Connections that have sent requests, or nothing yet, by address. */
  readonly #plain = new Map<Duplex, string>();

  constructor(server: Server, options: GateOptions) {
    this.#options = options;
    this.#book = new AddressBook(options, options.clock);
    this.#notes = new TokenBucket(LOG_LINES_AT_ONCE, LOG_LINES_PER_SECOND, options.clock);
    const onRequest = server.listeners("request") as RequestListener[];
    const onUpgrade = server.listeners("upgrade") as UpgradeListener[];
    server.removeAllListeners("request");
    server.removeAllListeners("upgrade");
    server.maxConnections = options.maxConnections + MAX_PLAIN_CONNECTIONS;
    const gone = (socket: Duplex): void => this.#gone(socket);
    // One function for all connections: there are many.
    const onClose = function (this: Duplex): void {
      gone(this);
    };
    server.on("connection", (socket) => {
      if (this.#countPlain(socket)) socket.on("close", onClose);
    });
    server.on("request", (request, response) => {
      this.#check(request, response, () => {
        for (const listener of onRequest) listener.call(server, request, response);
      });
    });
    server.on("upgrade", (request, socket, head) => {
      if (!this.#maySocket(request, socket)) return;
      const pass = (): void => {
        // From here on it is Colyseus' to hear of.
        socket.off("error", destroyThis);
        for (const listener of onUpgrade) listener.call(server, request, socket, head);
      };
      if (options.forwarder === null) pass();
      else void this.#passOn(options.forwarder, request, socket, head, pass);
    });
  }

  /** Cuts every WebSocket that is still there. */
  closeAll(): void {
    for (const socket of this.#sockets.keys()) socket.destroy();
  }

  #check(request: IncomingMessage, response: ServerResponse, pass: () => void): void {
    const { method = "", headers } = request;
    const { health, origins, signIn, trustedProxies } = this.#options;
    if (method === "GET" || method === "HEAD") {
      answerLook(request, response, health);
      return;
    }
    const { authorization, origin, "content-length": length, "content-type": type = "" } = headers;
    const address = addressOf(request, trustedProxies);
    const isForwarded = this.#isForwarded(request);
    // Colyseus makes a URL of the host's name, and the process ends if that cannot be done: it sees no header but these.
    request.headers = {
      host: "localhost",
      "content-type": "application/json",
      ...(origin !== undefined && { origin }),
    };
    const no = (status: number, reason: string, code: LobbyErrorCode = LobbyErrorCode.INVALID_OPTIONS): void => {
      countRefusal(code);
      refuse(response, origin, status, code, reason);
    };
    if (method === "OPTIONS") {
      pass();
      return;
    }
    if (!origins.allows(origin)) {
      this.#note("a page of another origin", address, { origin: String(origin).slice(0, 200) });
      return no(403, "this server serves no pages of this origin");
    }
    if (isForwarded === null) return no(502, "no process of this service passed this on");
    const kind = kindOfRequest(request.url ?? "");
    if (method !== "POST" || kind === null) return no(404, "no such request");
    if (!/^\d+$/.test(length ?? "")) return no(411, "the request's length is not given");
    if (Number(length) > MAX_REQUEST_BYTES)
      return no(413, `a request of ${length} bytes, the limit is ${MAX_REQUEST_BYTES}`);
    if (!/^(application\/json|text\/plain)\b/i.test(type)) return no(415, "the request is not JSON");
    const may = isForwarded || (kind === "create" ? this.#book.mayCreate(address) : this.#book.mayJoin(address));
    if (!may) {
      this.#note(`too many requests to ${kind} from one address`, address);
      const { MISBEHAVED } = LobbyErrorCode;
      return no(statusOf(MISBEHAVED), `too many requests to ${kind} from this address, try again soon`, MISBEHAVED);
    }
    const absence = this.#whyNotNow(kind);
    if (absence !== null) {
      void this.#elsewhere(request, response, isForwarded).then((isDone) => {
        const { SERVER_UNREACHABLE } = LobbyErrorCode;
        if (!isDone) no(statusOf(SERVER_UNREACHABLE), absence, SERVER_UNREACHABLE);
      });
      return;
    }
    const admit = (): void =>
      readJsonText(request, (text) => {
        if (text === null) return no(400, "the request is not JSON");
        Object.assign(request, { body: text });
        countOutcome(response);
        pass();
      });
    if (signIn === null) {
      admit();
      return;
    }
    signIn(bearerToken(authorization)).then(admit, (error: Error) => {
      const { code, reason } = readRefusal(error.message);
      refuse(response, origin, statusOf(code), code, reason);
    });
  }

  /** Whether another process does what this one will not. */
  async #elsewhere(request: IncomingMessage, response: ServerResponse, isForwarded: boolean): Promise<boolean> {
    const { forwarder, health } = this.#options;
    if (forwarder === null || isForwarded || health.isRedisUp === false) return false;
    return forwarder.passRequest(request, response);
  }

  /** Why a request of this kind cannot be served at the moment. */
  #whyNotNow(kind: RequestKind): string | null {
    const { health } = this.#options;
    // A lobby of this process can be joined for as long as it is there.
    if (isReady(health) || kind === "join") return null;
    return health.isDraining
      ? "this server is about to end, try again"
      : "this server misses its Redis, try again soon";
  }

  #note(words: string, address: string, facts: Record<string, string> = {}): void {
    if (!this.#notes.take()) return;
    this.#options.log.warn(words, { ...facts, ...(this.#options.logsAddresses && { address }) });
  }

  /** Whether another process of this service let it in; `null` if that is not true. */
  #isForwarded(request: IncomingMessage): boolean | null {
    const { forwarder } = this.#options;
    return forwarder === null ? false : forwarder.isForwarded(request);
  }

  /** False if there are enough. */
  #countPlain(socket: Socket): boolean {
    // All that a proxy passes on comes from its own address: it is the one to count connections then.
    if (this.#options.trustedProxies > 0) return true;
    const address = networkOf(socket.remoteAddress ?? "unknown");
    if (!this.#book.connectPlainly(address)) {
      socket.destroy();
      return false;
    }
    this.#plain.set(socket, address);
    return true;
  }

  #gone(socket: Duplex): void {
    this.#forgetPlain(socket);
    const address = this.#sockets.get(socket);
    if (address === undefined) return;
    this.#sockets.delete(socket);
    tally.sockets -= 1;
    if (address !== null) this.#book.disconnect(address);
  }

  #forgetPlain(socket: Duplex): void {
    const address = this.#plain.get(socket);
    if (address !== undefined && this.#plain.delete(socket)) this.#book.disconnectPlainly(address);
  }

  #maySocket(request: IncomingMessage, socket: Duplex): boolean {
    socket.on("error", destroyThis);
    const { maxConnections, origins, trustedProxies } = this.#options;
    if (!isRoomUrl(request.url ?? "")) return refuseSocket(socket, "404 Not Found");
    if (!origins.allows(request.headers.origin)) return refuseSocket(socket, "403 Forbidden");
    const isForwarded = this.#isForwarded(request);
    if (isForwarded === null) return refuseSocket(socket, "502 Bad Gateway");
    const address = isForwarded ? null : addressOf(request, trustedProxies);
    if (this.#sockets.size >= maxConnections || (address !== null && !this.#book.connect(address))) {
      if (address !== null) this.#note("too many sockets", address);
      return refuseSocket(socket, "503 Service Unavailable");
    }
    this.#forgetPlain(socket);
    this.#sockets.set(socket, address);
    tally.sockets += 1;
    return true;
  }

  /** To Colyseus, or to the process that has the room. */
  async #passOn(
    forwarder: Forwarder,
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    pass: () => void,
  ): Promise<void> {
    const processId = processOfUrl(request.url ?? "");
    if (processId === matchMaker.processId || forwarder.isForwarded(request)) {
      pass();
    } else if (!(await forwarder.passSocket(request, socket, head, processId))) {
      refuseSocket(socket, "502 Bad Gateway");
    }
  }
}

function destroyThis(this: Duplex): void {
  this.destroy();
}

/** Counts what Colyseus refuses by itself. */
function countOutcome(response: ServerResponse): void {
  response.once("finish", () => {
    if (response.statusCode === UNKNOWN_ROOM_STATUS) countRefusal(LobbyErrorCode.UNKNOWN_CODE);
  });
}

function refuseSocket(socket: Duplex, status: string): false {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  return false;
}
