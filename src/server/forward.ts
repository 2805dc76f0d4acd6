import { randomBytes } from "node:crypto";
import { type IncomingMessage, request as makeRequest, type ServerResponse } from "node:http";
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import { FORWARD_PATIENCE_MS } from "./limits.ts";
import type { ProcessBook } from "./redis/process-book.ts";
import { sameSecret } from "./secret.ts";

const HEADER = "x-tickmesh-process";

/**
 * Hands sockets on to the process that has their room. Behind one load balancer a player's socket comes to any process of the service,
 * and names the right one in its URL.
 */
export class Forwarder {
  /** Known to the other processes alone: who says it was let in by one of them. */
  readonly secret = randomBytes(24).toString("base64url");
  readonly #processes: ProcessBook;

  constructor(processes: ProcessBook) {
    this.#processes = processes;
  }

  /**
   * Whether another process let this request in, and counted it. `null`: it says so of a process that is no more, or lies. Such a
   * request goes no further: two processes that take each other for somebody else would hand it to and fro.
   */
  isForwarded({ headers }: IncomingMessage): boolean | null {
    const said = headers[HEADER];
    if (said === undefined) return false;
    return typeof said === "string" && sameSecret(said, this.secret) ? true : null;
  }

  /** Resolves to whether there is such a process, and it answers. */
  async passSocket(request: IncomingMessage, socket: Duplex, head: Buffer, processId: string): Promise<boolean> {
    const address = await this.#processes.find(processId).catch(() => null);
    if (address === null) return false;
    const onward = connect({ host: address.host, port: address.port, noDelay: true });
    onward.setTimeout(FORWARD_PATIENCE_MS, () => onward.destroy());
    const isThere = await new Promise<boolean>((resolve) => {
      onward.once("connect", () => resolve(true));
      onward.once("close", () => resolve(false));
      onward.on("error", () => resolve(false));
    });
    if (!isThere || socket.destroyed) {
      onward.destroy();
      return socket.destroyed;
    }
    onward.setTimeout(0);
    onward.on("close", () => socket.destroy());
    socket.on("close", () => onward.destroy());
    const { method, url, rawHeaders } = request;
    const lines = pairs(rawHeaders).map(([name, value]) => `${name}: ${value}\r\n`);
    onward.write(`${method} ${url} HTTP/1.1\r\n${lines.join("")}${HEADER}: ${address.secret}\r\n\r\n`);
    onward.write(head);
    socket.pipe(onward).pipe(socket);
    return true;
  }

  /** Has another process that is ready answer this request. Resolves to false if there is none. */
  async passRequest(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const address = await this.#processes.findReady().catch(() => null);
    if (address === null || response.destroyed) return response.destroyed;
    const { host, port, secret } = address;
    const { method, url, rawHeaders } = request;
    const headers = { ...Object.fromEntries(pairs(rawHeaders)), [HEADER]: secret };
    const onward = makeRequest({ host, port, method, path: url, headers, timeout: FORWARD_PATIENCE_MS, agent: false });
    onward.on("timeout", () => onward.destroy());
    onward.on("error", () => response.destroy());
    onward.on("response", (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
    return true;
  }
}

/** Names and values as they came, but for what only processes say to each other. */
function pairs(rawHeaders: readonly string[]): [string, string][] {
  const all: [string, string][] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    all.push([rawHeaders[at] as string, rawHeaders[at + 1] as string]);
  }
  return all.filter(([name]) => name.toLowerCase() !== HEADER);
}
