import { createHost, followHost, type Host, hostMessages } from "../../../src/host/index.ts";
import { type Lobby, LobbyClient, type Seat } from "../../../src/lobby/index.ts";
import { createSession, defineMessages, message, type Session } from "../../../src/session/index.ts";
import { breakClock, type ClockFault, trueNowMs } from "./clocks.ts";
import { Ledger } from "./ledger.ts";
import { type PlayerEvent, type PlayerReport, TICK_MS } from "./player-report.ts";

/** What a fault's test does with the page of one player, over the window's `faultPlayer`. */
interface FaultPlayer {
  create(url: string): Promise<string>;
  /** Gives why the player was not let in, or an empty text. */
  join(url: string, code: string): Promise<string>;
  comeBack(url: string, seat: Seat): Promise<string>;
  breakClock(fault: ClockFault): void;
  /** No more numbered messages from here on. */
  stopCounting(): void;
  report(): PlayerReport;
}

interface Round {
  readonly step: number;
}

declare global {
  interface Window {
    faultPlayer: FaultPlayer;
  }
}

/** A host that was silent for longer acts anew. Unit: ms. */
const PAUSE_MS = 500;

const messages = defineMessages({
  ...hostMessages<Round>(),
  counted: message<number>(),
  acted: message<number>({ from: "host" }),
});

const events: PlayerEvent[] = [];
const acted: [number, number][] = [];
const reigns: PlayerReport["reigns"][number][] = [];
const unstable = new Set<number>();
const ledgers = new Map<number, { sent: number; readonly heard: Ledger }>();
let game: { readonly lobby: Lobby; readonly session: Session<typeof messages.definitions>; readonly host: Host<Round> };
let step = 0;
let lastStep = 0;
let counts = true;

const note = (name: string, id = 0, words = ""): void => {
  events.push({ atMs: trueNowMs(), name, id, words });
};

function enter(lobby: Lobby): void {
  const host = createHost<Round>({
    messages,
    snapshot: () => ({ step }),
    restore: (state) => {
      step = state.step;
    },
    firstHost: () => lobby.hostId,
  });
  const session = createSession({
    peer: lobby.peer,
    game: "faults",
    version: "1",
    messages,
    hostOf: () => host.hostId,
  });
  host.start(session);
  followHost(lobby, host);
  game = { lobby, session, host };
  host.on("changed", (id, { counter }, cause) => note("host", id, `${cause} ${counter}`));
  lobby.on("serverLost", () => note("server lost"));
  lobby.on("serverBack", () => note("server back"));
  lobby.on("lobbyGone", () => note("lobby gone"));
  lobby.on("removed", (code) => note("removed", 0, code));
  lobby.on("hostChanged", (id) => note("lobby's host", id));
  session.on("peerJoined", (id, { returned }) => {
    note("joined", id, returned ? "again" : "");
    unstable.delete(id);
    ledgers.set(id, { sent: 0, heard: new Ledger() });
  });
  session.on("peerLeft", (id, reason) => {
    note("left", id, reason);
    unstable.delete(id);
  });
  session.on("peerUnstable", (id) => {
    note("unstable", id);
    unstable.add(id);
  });
  session.on("peerStable", (id) => {
    note("stable", id);
    unstable.delete(id);
  });
  session.on("peerRefused", (id, { by, code }) => note("refused", id, `${by} ${code}`));
  session.onMessage("counted", (number, from) => ledgers.get(from)?.heard.take(number));
  session.onMessage("acted", (at, from) => noteActing(from, at));
  setInterval(tick, TICK_MS);
}

function tick(): void {
  const { lobby, session, host } = game;
  lobby.poll();
  session.poll();
  host.poll();
  if (host.isHost) {
    step += 1;
    const nowMs = trueNowMs();
    const last = acted.at(-1);
    if (last === undefined || nowMs - last[1] > PAUSE_MS) acted.push([nowMs, nowMs]);
    else last[1] = nowMs;
    noteActing(lobby.localId, step);
    session.send("acted", step);
  }
  if (counts) {
    for (const id of session.peers) {
      const ledger = ledgers.get(id);
      if (ledger !== undefined) ledger.sent += session.send("counted", ledger.sent, { to: id });
    }
  }
  session.flush();
}

function noteActing(hostId: number, at: number): void {
  if (reigns.at(-1)?.hostId !== hostId) {
    reigns.push({ hostId, sinceMs: trueNowMs(), firstStep: at, stepBefore: lastStep });
  }
  lastStep = at;
}

const clientOf = (url: string): LobbyClient => new LobbyClient({ url, gameId: "faults/1" });

async function enterBy(asked: Promise<Lobby>): Promise<string> {
  try {
    enter(await asked);
    return "";
  } catch (error) {
    return (error as { readonly code?: string }).code ?? String(error);
  }
}

window.faultPlayer = {
  async create(url) {
    const lobby = await clientOf(url).create({ name: "faults" });
    enter(lobby);
    return lobby.code;
  },
  join: (url, code) => enterBy(clientOf(url).join(code)),
  comeBack: (url, seat) => enterBy(clientOf(url).comeBack(seat)),
  breakClock,
  stopCounting() {
    counts = false;
  },
  report() {
    const { lobby, session, host } = game;
    return {
      id: lobby.localId,
      code: lobby.code,
      seat: lobby.seat,
      lobby: { state: lobby.state, hostId: lobby.hostId, members: [...lobby.members.keys()] },
      host: { hostId: host.hostId, isHost: host.isHost },
      peers: [...session.peers],
      unstable: [...unstable],
      events,
      acted,
      reigns,
      ledgers: Object.fromEntries(
        Array.from(ledgers, ([id, { sent, heard }]) => {
          const { next, lost, doubled, reordered } = heard;
          return [id, { sent, heard: next, lost, doubled, reordered }];
        }),
      ),
    };
  },
};
