import { lobbyError, readRefusal } from "./lobby-error.ts";
import {
  type CreateRequest,
  type JoinRequest,
  LOBBY_ROOM,
  LobbyErrorCode,
  type ReopenRequest,
  type ServerMessages,
} from "./protocol.ts";
import { RoomSocket, type ServerAccess } from "./room-socket.ts";

export type { ServerAccess };

export type Welcome = ServerMessages["welcome"];

/** A socket on which this client was let in, and what the server said first. */
export interface Admission {
  readonly socket: RoomSocket;
  readonly welcome: Welcome;
  /** What came right after the welcome, for whoever observes the socket next. */
  readonly early: readonly { readonly type: string; readonly message: unknown }[];
}

export function askToCreate(access: ServerAccess, request: CreateRequest | ReopenRequest): Promise<Admission> {
  return admit(access, "create", LOBBY_ROOM, request);
}

export function askToJoin(access: ServerAccess, code: string, request: JoinRequest): Promise<Admission> {
  return admit(access, "joinById", code, request);
}

async function admit(
  access: ServerAccess,
  method: "create" | "joinById",
  room: string,
  request: CreateRequest | ReopenRequest | JoinRequest,
): Promise<Admission> {
  const { url, timeLimitMs, clock } = access;
  const startedAtMs = clock.nowMs();
  const socket = await RoomSocket.open(access, { method, room }, request);
  return new Promise((resolve, reject) => {
    const early: { type: string; message: unknown }[] = [];
    let welcome: Welcome | undefined;
    const refused = (code: LobbyErrorCode, reason: string): void => {
      clearTimeout(timer);
      reject(lobbyError(code, reason));
    };
    const timer = setTimeout(
      () => {
        socket.leave();
        refused(LobbyErrorCode.SERVER_UNREACHABLE, `the lobby server at ${url} did not let this player in`);
      },
      Math.max(0, timeLimitMs - (clock.nowMs() - startedAtMs)),
    );
    socket.observe({
      onMessage: (type, message) => {
        if (welcome !== undefined) {
          early.push({ type, message });
        } else if (type === "welcome") {
          welcome = message as Welcome;
          clearTimeout(timer);
          resolve({ socket, welcome, early });
        }
      },
      onClosed: (reason, refusal) => {
        const known = refusal ?? readRefusal(reason);
        refused(known?.code ?? LobbyErrorCode.SERVER_UNREACHABLE, known?.message ?? reason);
      },
    });
  });
}
