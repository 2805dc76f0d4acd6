import type { Client, Room } from "colyseus.js";
import type { Clock } from "../base/clock.ts";
import { onPageLeft, pageShown } from "../base/page-left.ts";
import { checkUrl } from "./check-options.ts";
import { HURRIED_PING_MS, PING_MS, UNANSWERED_HURRIED_PINGS, UNANSWERED_PINGS } from "./limits.ts";
import { isLobbyError, type LobbyError, lobbyError, readRefusal } from "./lobby-error.ts";
import { CLOSE_REFUSED, LobbyErrorCode } from "./protocol.ts";

/** Why no socket outlives it: a page that the browser keeps is frozen, and its sockets' pings are answered for it. */
export const PAGE_LEFT = "this page was left";

/** What a room's owner hears. Called from socket callbacks: implementations only note what they are told. */
export interface RoomObserver {
  onMessage(type: string, message: unknown): void;
  /**
   * Once: the socket is gone. `refusal` if the server ended it on purpose, otherwise it was lost. `isHung`: it was given up in a hurry, for
   * the server was silent; another socket may well reach it.
   */
  onClosed(reason: string, refusal: LobbyError | null, isHung: boolean): void;
}

/** Where a lobby server is, how long it may take, and how players sign in there. */
export interface ServerAccess {
  readonly url: string;
  /** Of one request, from the call to the admission. Unit: ms. */
  readonly timeLimitMs: number;
  readonly clock: Clock;
  /** Called for each request. Absent: nobody signs in. */
  readonly signIn?: (() => string | Promise<string>) | undefined;
}

/** Which room, of those that a lobby server has. */
export interface RoomAddress {
  readonly method: "create" | "joinById" | "joinOrCreate";
  readonly room: string;
}

/** A socket to one room of a lobby server. The only code that knows Colyseus' client. */
export class RoomSocket {
  readonly #room: Room;
  readonly #early: { type: string; message: unknown }[] = [];
  #observer: RoomObserver | null = null;
  #ended: { reason: string; refusal: LobbyError | null } | null = null;
  #unanswered = 0;
  #unansweredHurried = 0;
  #hurry: ReturnType<typeof setTimeout> | undefined;
  readonly #pingTimer: ReturnType<typeof setInterval>;
  readonly #forgetPage: () => void;

  /**
   * Joins a room. Rejects with a `LobbyError`: what the server refused with, or `server-unreachable`, at the latest after
   * the time limit. Loads Colyseus' client when it is first wanted. While the page is left it waits, and begins anew when that is back.
   */
  static async open(access: ServerAccess, address: RoomAddress, options: object): Promise<RoomSocket> {
    for (;;) {
      await pageShown();
      const late = new AbortController();
      const ear = new Ear();
      let isLeft = false;
      const forgetPage = onPageLeft("hangUp", () => {
        isLeft = true;
        late.abort(lobbyError(LobbyErrorCode.SERVER_UNREACHABLE, PAGE_LEFT));
      });
      try {
        return new RoomSocket(await inTime(connect(access, address, options, late.signal, ear), access, late), ear);
      } catch (error) {
        if (!isLeft) throw error;
      } finally {
        forgetPage();
      }
    }
  }

  private constructor(room: Room, ear: Ear) {
    this.#room = room;
    ear.listen((type, message) => this.#hear(type, message));
    room.onLeave((code, reason) => this.#end(code, reason));
    room.onError((code, reason) => this.#end(code ?? 0, reason));
    this.#pingTimer = setInterval(() => this.#ping(), PING_MS);
    if (typeof globalThis.addEventListener === "function") addEventListener("offline", this.#onOffline);
    this.#forgetPage = onPageLeft("hangUp", () => this.drop(PAGE_LEFT));
  }

  /** Hands over what came before there was an observer, then everything else as it comes. */
  observe(observer: RoomObserver): void {
    this.#observer = observer;
    for (const { type, message } of this.#early.splice(0)) observer.onMessage(type, message);
    if (this.#ended !== null) observer.onClosed(this.#ended.reason, this.#ended.refusal, false);
  }

  /** Raw bytes, which the other side hears as `type`. They are copied. */
  sendBytes(type: number, bytes: Uint8Array): void {
    if (this.#ended === null && this.#room.connection.isOpen) this.#room.sendBytes(type, bytes);
  }

  /** What waits to be sent, as the browser knows it. */
  get bufferedBytes(): number {
    const { transport } = this.#room.connection as unknown as { transport?: { ws?: { bufferedAmount?: number } } };
    return transport?.ws?.bufferedAmount ?? 0;
  }

  send(type: string, message: unknown): void {
    if (this.#ended === null && this.#room.connection.isOpen) this.#room.send(type, message);
  }

  /** Something is wanted soon of what was sent: asks at once whether the server is there, and gives the socket up if it stays silent. */
  hurry(): void {
    if (this.#ended === null && this.#hurry === undefined) this.#askSoon();
  }

  /** Says goodbye. Nothing is heard any more. */
  leave(): void {
    if (this.#ended !== null) return;
    this.#silence();
    if (this.#room.connection.isOpen) void this.#room.leave(true);
    else this.#room.connection.close();
  }

  /** Gives the socket up as lost: the server learns of it as if the line were cut. */
  drop(reason: string, isHung = false): void {
    if (this.#ended !== null) return;
    const observer = this.#observer;
    this.#silence();
    this.#room.connection.close();
    observer?.onClosed(reason, null, isHung);
  }

  /** Whatever comes after it, the line of before is dead. Colyseus' client closes only every other of its sockets then. */
  readonly #onOffline = (): void => this.drop("this device is offline");

  #stopWatching(): void {
    clearInterval(this.#pingTimer);
    clearTimeout(this.#hurry);
    if (typeof globalThis.removeEventListener === "function") removeEventListener("offline", this.#onOffline);
    this.#forgetPage();
  }

  #silence(): void {
    this.#stopWatching();
    this.#observer = null;
    this.#ended = { reason: "closed", refusal: null };
    this.#early.length = 0;
  }

  #hear(type: string, message: unknown): void {
    if (this.#ended !== null) return;
    this.#isThere();
    if (this.#observer === null) this.#early.push({ type, message });
    else this.#observer.onMessage(type, message);
  }

  #ping(): void {
    if (this.#unanswered >= UNANSWERED_PINGS) {
      this.drop(`the lobby server left ${UNANSWERED_PINGS} pings unanswered`);
      return;
    }
    this.#unanswered += 1;
    this.#room.ping(this.#isThere);
  }

  #askSoon(): void {
    if (this.#unansweredHurried >= UNANSWERED_HURRIED_PINGS) {
      this.drop(`the lobby server left ${UNANSWERED_HURRIED_PINGS} pings unanswered that were in a hurry`, true);
      return;
    }
    this.#unansweredHurried += 1;
    this.#hurry = setTimeout(() => this.#askSoon(), HURRIED_PING_MS);
    this.#room.ping(this.#isThere);
  }

  /** It has said something. */
  readonly #isThere = (): void => {
    this.#unanswered = 0;
    this.#unansweredHurried = 0;
    clearTimeout(this.#hurry);
    this.#hurry = undefined;
  };

  #end(code: number, words: string | undefined): void {
    if (this.#ended !== null) return;
    this.#stopWatching();
    const refusal = code === CLOSE_REFUSED ? readRefusal(words) : null;
    const reason = refusal?.message ?? (words || `the connection to the lobby server closed (${code})`);
    this.#ended = { reason, refusal };
    this.#observer?.onClosed(reason, refusal, false);
  }
}

/** Hears a room's messages from the first on: they may come before anybody knows that it was joined. */
class Ear {
  readonly #early: [type: string, message: unknown][] = [];
  #listener: (type: string, message: unknown) => void = (...heard) => void this.#early.push(heard);

  readonly hear = (type: string | number, message: unknown): void => this.#listener(String(type), message);

  listen(listener: (type: string, message: unknown) => void): void {
    this.#listener = listener;
    for (const heard of this.#early.splice(0)) listener(...heard);
  }
}

async function connect(
  { url, signIn }: ServerAccess,
  { method, room }: RoomAddress,
  options: object,
  late: AbortSignal,
  ear: Ear,
): Promise<Room> {
  checkUrl(url);
  // Named one by one, so that bundlers leave the rest out.
  const { Client, ErrorCode } = await import("colyseus.js");
  const fetchFn: typeof fetch = (address, request) => fetchPlainly(address, { ...request, signal: late });
  const client = tamed(new Client(url, { fetchFn }), late, "token" in options, ear);
  // Not what another program of this page may have left in its storage.
  client.http.authToken = undefined;
  try {
    if (signIn !== undefined) client.http.authToken = await signedIn(signIn);
    late.throwIfAborted();
    return await client[method](room, options);
  } catch (error) {
    throw readError(error, url, room, ErrorCode.MATCHMAKE_INVALID_ROOM_ID);
  }
}

/** The JSON as mere text: for that, browsers do not first ask another origin whether they may. With a sign-in they do so all the same. */
function fetchPlainly(url: string | URL | Request, request: RequestInit = {}): Promise<Response> {
  const headers = new Headers(request.headers);
  headers.set("content-type", "text/plain");
  return fetch(url, { ...request, headers });
}

async function signedIn(signIn: () => string | Promise<string>): Promise<string> {
  try {
    return await signIn();
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw lobbyError(LobbyErrorCode.NOT_SIGNED_IN, `signIn failed: ${words}`, error);
  }
}

/**
 * A client whose rooms try no more than they were asked to, and say nothing on the console that the caller hears anyway. `hasSeat`: it asks
 * for one that it has already, and keeps if it comes too late.
 */
function tamed(client: Client, late: AbortSignal, hasSeat: boolean, ear: Ear): Client {
  const rooms = client as unknown as { createRoom(name: string): Room };
  const createRoom = rooms.createRoom.bind(client);
  rooms.createRoom = (name) => {
    late.throwIfAborted();
    // The seat is taken: the sign-in has no business in the socket's URL, which proxies write into their logs.
    client.http.authToken = undefined;
    const room = createRoom(name);
    // A lobby comes back by its seat, in its own time; Colyseus' way loses messages silently, and knocks on for a room that never opened.
    room.reconnection.enabled = false;
    late.addEventListener("abort", () => {
      if (room.connection.isOpen && !hasSeat) void room.leave();
      else room.connection.close();
    });
    room.onMessage("*", ear.hear);
    // It warns of sockets that close before the time of joining is set.
    room.onError(() => {
      room["joinedAtTime"] ||= 1;
    });
    return room;
  };
  return client;
}

function readError(error: unknown, url: string, room: string, unknownRoom: number): LobbyError {
  if (isLobbyError(error)) return error;
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  const refusal = readRefusal(message);
  if (refusal !== null) return refusal;
  if (code === unknownRoom) return lobbyError(LobbyErrorCode.UNKNOWN_CODE, `no lobby has the code ${room}`);
  const words = typeof message === "string" && message !== "" ? message : "no answer";
  return lobbyError(LobbyErrorCode.SERVER_UNREACHABLE, `the lobby server at ${url} cannot be reached: ${words}`, error);
}

/** Rejects when `late` is aborted: by this, once the time is up. */
async function inTime<T>(promise: Promise<T>, { url, timeLimitMs }: ServerAccess, late: AbortController): Promise<T> {
  const { signal } = late;
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as LobbyError));
  });
  const timer = setTimeout(() => {
    const words = `the lobby server at ${url} did not answer within ${timeLimitMs} ms`;
    late.abort(lobbyError(LobbyErrorCode.SERVER_UNREACHABLE, words));
  }, timeLimitMs);
  try {
    return await Promise.race([promise, aborted]);
  } catch (error) {
    if (isLobbyError(error)) throw error;
    throw lobbyError(LobbyErrorCode.SERVER_UNREACHABLE, `the lobby server at ${url} cannot be reached`, error);
  } finally {
    clearTimeout(timer);
  }
}
