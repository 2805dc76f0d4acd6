import { LOBBY_LIST_ROOM, LOBBY_ROOM } from "../lobby/protocol.ts";
import { isLobbyCode } from "./request-schema.ts";

export type RequestKind = "create" | "join" | "list";

/** Lobbies are created and joined by code, the list is joined; `null` for everything else that Colyseus would do. */
export function kindOfRequest(url: string): RequestKind | null {
  const [, method, target = ""] = /^\/matchmake\/(\w+)\/([\w-]+)$/.exec(url) ?? [];
  if (method === "create" && target === LOBBY_ROOM) return "create";
  if (method === "joinOrCreate" && target === LOBBY_LIST_ROOM) return "list";
  if (method === "joinById" && isLobbyCode(target)) return "join";
  return null;
}

/**
 * Whether a socket's URL names a room and a seat. Colyseus looks both up in plain objects, and fails on names that every
 * object has; its own way of reconnecting is not offered.
 */
export function isRoomUrl(url: string): boolean {
  const [, roomId = "", text = ""] = /\/[\w-]{1,32}\/([\w-]{1,32})\?(.*)$/.exec(url) ?? [];
  const query = new URLSearchParams(text);
  const sessionId = query.get("sessionId") ?? "";
  return /^[\w-]{1,32}$/.test(sessionId) && !(sessionId in {}) && !(roomId in {}) && !query.has("reconnectionToken");
}

/** The process that a room's URL names. */
export function processOfUrl(url: string): string {
  return /\/([\w-]{1,32})\/[\w-]{1,32}\?/.exec(url)?.[1] ?? "";
}
