import { type Lobby, LobbyClient } from "../../../src/lobby/index.ts";
import { TransferMode } from "../../../src/multiplayer/multiplayer-peer.ts";
import { createSession, defineMessages, message } from "../../../src/session/index.ts";

/** What the lab does with the page of one player, over the window's `labPlayer`. Times: ms since the epoch, by this machine's clock. */
interface LabPlayer {
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
  readonly path: string | null;
  readonly roundTripMs: number | null;
  /** Reliable numbers that came, in a row from 0 on. */
  readonly inOrder: number;
  /** Those that were not the next one. */
  readonly outOfOrder: number;
  /** The longest time between two reliable ones that came. */
  readonly longestGapMs: number;
  readonly unreliable: number;
}

declare global {
  interface Window {
    labPlayer: LabPlayer;
  }
}

const TICK_MS = 33;
const messages = defineMessages({
  counted: message<number>(),
  state: message<number>({ mode: TransferMode.UNRELIABLE }),
});

const events: [number, string][] = [];
const counts = new Map<number, { next: number; wrong: number; lastMs: number; gapMs: number; unreliable: number }>();
let lobby: Lobby | null = null;
let session: ReturnType<typeof play> | null = null;
let askedMs = 0;
let sent = 0;
let timer: ReturnType<typeof setInterval> | undefined;

const note = (...words: (string | number)[]): void => void events.push([Date.now(), words.join(" ")]);

function play({ peer }: Lobby) {
  return createSession({ peer, game: "lab", version: "1", messages });
}

function enter(entered: Lobby): Lobby {
  lobby = entered;
  const playing = play(entered);
  session = playing;
  playing.on("peerJoined", (id) => {
    note("joined", id);
    counts.set(id, { next: -1, wrong: 0, lastMs: Date.now(), gapMs: 0, unreliable: 0 });
  });
  playing.on("peerLeft", (id, reason) => note("left", id, reason));
  playing.on("peerUnstable", (id) => note("unstable", id));
  playing.on("peerStable", (id) => note("stable", id));
  entered.connector.on("pairFailed", (id, reason, attempt) => note("failed", id, reason, attempt));
  entered.connector.on("pairLost", (id, reason) => note("lost", id, reason));
  entered.on("serverLost", () => note("server lost"));
  entered.on("serverBack", () => note("server back"));
  playing.onMessage("counted", (number, from) => {
    const count = counts.get(from);
    if (count === undefined) return;
    const nowMs = Date.now();
    count.gapMs = Math.max(count.gapMs, nowMs - count.lastMs);
    count.lastMs = nowMs;
    // Whoever came later begins where the other is.
    if (count.next >= 0 && number !== count.next) count.wrong += 1;
    count.next = number + 1;
  });
  playing.onMessage("state", (_, from) => {
    const count = counts.get(from);
    if (count !== undefined) count.unreliable += 1;
  });
  timer = setInterval(() => {
    entered.poll();
    playing.poll();
    playing.send("counted", sent++);
    playing.send("state", sent);
    playing.flush();
  }, TICK_MS);
  return entered;
}

const clientOf = (url: string, gameId: string): LobbyClient => new LobbyClient({ url, gameId });

window.labPlayer = {
  async create(url, gameId) {
    askedMs = Date.now();
    return enter(await clientOf(url, gameId).create({ name: "lab", isPublic: false })).code;
  },
  async join(url, gameId, code) {
    askedMs = Date.now();
    enter(await clientOf(url, gameId).join(code));
  },
  report() {
    const peers = Object.fromEntries(
      Array.from(counts, ([id, { next, wrong, gapMs, unreliable }]) => {
        const { path = null, roundTripMs = null } = session?.statistics(id) ?? {};
        return [id, { path, roundTripMs, inOrder: next, outOfOrder: wrong, longestGapMs: gapMs, unreliable }];
      }),
    );
    return { askedMs, id: lobby?.localId ?? 0, events, peers };
  },
  leave() {
    clearInterval(timer);
    session?.close();
    lobby?.leave();
  },
};
