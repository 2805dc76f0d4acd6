import type { IncomingMessage, ServerResponse } from "node:http";
import { matchMaker } from "@colyseus/core";
import type { LobbyErrorCode } from "../lobby/protocol.ts";
import { isReady, type ServerHealth } from "./health.ts";
import { refusalText } from "./refusal.ts";

/** Colyseus answers so where no lobby has the code. */
export const UNKNOWN_ROOM_STATUS = 522;

/** For people and health checks that look in. */
export function answerLook(request: IncomingMessage, response: ServerResponse, health: ServerHealth): void {
  const isHead = request.method === "HEAD";
  switch (request.url) {
    case "/":
    case "/__healthcheck":
    case "/health":
      return sayText(response, 200, "tickmesh lobby server\n", isHead);
    case "/ready":
      return isReady(health)
        ? sayText(response, 200, "ready\n", isHead)
        : sayText(response, 503, "not ready\n", isHead);
    default:
      return sayText(response, 404, "not found\n", isHead);
  }
}

export function sayText(response: ServerResponse, status: number, text: string, isHead = false): void {
  response.writeHead(status, {
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Length": Buffer.byteLength(text),
    "Cache-Control": "no-store",
  });
  response.end(isHead ? undefined : text);
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
