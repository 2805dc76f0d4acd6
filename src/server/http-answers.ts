import type { IncomingMessage, ServerResponse } from "node:http";
import { matchMaker } from "@colyseus/core";
import type { LobbyErrorCode } from "../lobby/protocol.ts";
import { refusalText } from "./refusal.ts";

/** For people and health checks that look in. */
export function sayHello(request: IncomingMessage, response: ServerResponse): void {
  const isKnown = request.url === "/" || request.url === "/__healthcheck";
  const body = isKnown ? "tickmesh lobby server\n" : "not found\n";
  response.writeHead(isKnown ? 200 : 404, { "Content-Type": "text/plain", "Content-Length": Buffer.byteLength(body) });
  response.end(request.method === "HEAD" ? undefined : body);
}

/** A refusal as Colyseus' client reads it, from a page of any origin. */
export function refuse(
  response: ServerResponse,
  origin: string | undefined,
  status: number,
  code: LobbyErrorCode,
  reason: string,
): void {
  const body = JSON.stringify({ code: status, error: refusalText(code, reason) });
  response.writeHead(status, {
    ...matchMaker.controller.DEFAULT_CORS_HEADERS,
    "Access-Control-Allow-Origin": origin ?? "*",
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(body),
    Connection: "close",
  });
  response.end(body);
}

/** Reads a body, whose length was checked before, that should be JSON; `null` if it is none. A request that is cut off is dropped. */
export function readJsonText(request: IncomingMessage, done: (text: string | null) => void): void {
  const chunks: Buffer[] = [];
  request.on("error", () => {});
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const text = Buffer.concat(chunks).toString("utf8");
    done(isJson(text) ? text : null);
  });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
