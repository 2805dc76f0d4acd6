import { type Lobby, LobbyClient } from "../../../src/lobby/index.ts";
import { TransferMode } from "../../../src/multiplayer/multiplayer-peer.ts";
import { createSession, defineMessages, message } from "../../../src/session/index.ts";

/** What the lab does with the game of one player, in a page or in Node. Times: ms since the epoch, by this machine's clock. */
export interface LabGame {
  /** Gives the lobby's code. */
  create(url: string, gameId: string): Promise<string>;
  join(url: string, gameId: string, code: string): Promise<void>;
  report(): LabReport;
  leave(): void;
}

export interface LabReport {
  /** When `create` or `join` was called. */
  readonly askedMs: number;
  readonly id: number;
  /** `name id words`, each with the time at which it happened. */
  readonly events: readonly (readonly [ms: number, words: string])[];
  /** By the other's id. */
  readonly peers: Readonly<Record<number, LabPeer>>;
}

export interface LabPeer {
  /** As the session's statistics name it. */
  readonly path: string | null;
  /** The first one that they named. */
  readonly firstPath: string | null;
  /** Reliable numbers that came, in a row from 0 on. */
  readonly inOrder: number;
  /** Those that were not the next one. */
  readonly outOfOrder: number;
  /** The longest time between two reliable ones that came. */
  readonly longestGapMs: number;
  readonly unreliable: number;
}

type Heard = { -readonly [key in keyof LabPeer]: LabPeer[key] } & { lastMs: number };

const TICK_MS = 33;
const messages = defineMessages({
  counted: message<number>(),
  state: message<number>({ mode: TransferMode.UNRELIABLE }),
});

/** A game that has met nobody: it sends numbers, and counts those that come. */
export function createLabGame(): LabGame {
  const events: [number, string][] = [];
  const peers = new Map<number, Heard>();
  let lobby: Lobby | null = null;
  let end = (): void => {};
  let askedMs = 0;

  const note = (...words: (string | number)[]): void => void events.push([Date.now(), words.join(" ")]);

  function enter(entered: Lobby): Lobby {
    lobby = entered;
    const session = createSession({ peer: entered.peer, game: "lab", version: "1", messages });
    session.on("peerJoined", (id) => {
      note("joined", id);
      const none = { path: null, firstPath: null, inOrder: -1, outOfOrder: 0, longestGapMs: 0, unreliable: 0 };
      peers.set(id, { ...none, lastMs: Date.now() });
    });
    session.on("peerLeft", (id, reason) => note("left", id, reason));
    session.on("peerUnstable", (id) => note("unstable", id));
    session.on("peerStable", (id) => note("stable", id));
    entered.connector.on("pairFailed", (id, reason, attempt) => note("failed", id, reason, attempt));
    entered.connector.on("pairLost", (id, reason) => note("lost", id, reason));
    entered.on("serverLost", () => note("server lost"));
    entered.on("serverBack", () => note("server back"));
    session.onMessage("counted", (number, from) => {
      const heard = peers.get(from);
      if (heard === undefined) return;
      const nowMs = Date.now();
      heard.longestGapMs = Math.max(heard.longestGapMs, nowMs - heard.lastMs);
      heard.lastMs = nowMs;
      // Whoever came later begins where the other is.
      if (heard.inOrder >= 0 && number !== heard.inOrder) heard.outOfOrder += 1;
      heard.inOrder = number + 1;
    });
    session.onMessage("state", (_, from) => {
      const heard = peers.get(from);
      if (heard !== undefined) heard.unreliable += 1;
    });
    let sent = 0;
    const timer = setInterval(() => {
      entered.poll();
      session.poll();
      session.send("counted", sent++);
      session.send("state", sent);
      session.flush();
      for (const [id, heard] of peers) {
        const path = session.statistics(id)?.path ?? null;
        if (path === heard.path || path === null) continue;
        note("path", id, path);
        heard.path = path;
        heard.firstPath ??= path;
      }
    }, TICK_MS);
    end = () => {
      clearInterval(timer);
      session.close();
      entered.leave();
    };
    return entered;
  }

  return {
    async create(url, gameId) {
      askedMs = Date.now();
      return enter(await new LobbyClient({ url, gameId }).create({ name: "lab", isPublic: false })).code;
    },
    async join(url, gameId, code) {
      askedMs = Date.now();
      enter(await new LobbyClient({ url, gameId }).join(code));
    },
    report: () => ({ askedMs, id: lobby?.localId ?? 0, events, peers: Object.fromEntries(peers) }),
    leave: () => end(),
  };
}
