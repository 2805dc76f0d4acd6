import { createLoop } from "tickmesh/driver";
import { type Lobby, LobbyClient, LobbyErrorCode, type LobbyList } from "tickmesh/lobby";
import { DebugView } from "./debug-view.ts";
import { TICKS_PER_SECOND } from "./game/constants.ts";
import type { PlayerLook } from "./game/types.ts";
import type { NewGame } from "./lobby/create-dialog.ts";
import type { ListState } from "./lobby/lobby-list-panel.ts";
import { type JoinOutcome, LobbyScreen } from "./lobby/lobby-screen.ts";
import { inPlainWords, refusalCode } from "./lobby/refusals.ts";
import { LobbyGame } from "./lobby-game.ts";
import { backendInLink, hidesAddress, useBackend } from "./net/backend-choice.ts";
import { VERSION } from "./net/messages.ts";
import { codeInLink, joinLink, withoutCode } from "./page/join-link.ts";
import { keptLook } from "./page/kept-look.ts";
import { PracticeStay } from "./practice-game.ts";

/** Players of different versions of the game do not meet. */
const GAME_ID = `tickmesh.floe/${VERSION}`;

const client = new LobbyClient({
  url: new URL("/lobby", location.href).href,
  gameId: GAME_ID,
  rememberSeat: true,
  iceTransportPolicy: hidesAddress() ? "relay" : "all",
});
/** Whose seat it was is somebody new now. */
const LOST_SEAT: readonly LobbyErrorCode[] = [
  LobbyErrorCode.UNKNOWN_SEAT,
  LobbyErrorCode.UNKNOWN_CODE,
  LobbyErrorCode.REPLACED,
];
/** Where the player is, if not in the lobby. */
interface Stay {
  tick(dtMs: number): void;
  render?(alpha: number): void;
  /** The page is going. It may be loaded again, or be shown again as it is. */
  leavePage?(): void;
}
let stay: Stay | null = null;
const loop = createLoop({
  ticksPerSecond: TICKS_PER_SECOND,
  tick: (_, dtMs) => stay?.tick(dtMs),
  render: (alpha) => stay?.render?.(alpha),
  worker: () => new Worker(new URL("tickmesh/driver-worker", import.meta.url), { type: "module" }),
});
const debug = new DebugView();
/** By `?backend=`. Connections are not to be made before it is there; until then, the page can do all else. */
const backend = backendInLink();
const backendReady = useBackend(backend);
// Whoever creates or joins is told.
backendReady.catch(() => {});

const screen = new LobbyScreen({
  create: (game) => create(game),
  join: (code, password) => join(code, password),
  practise,
});

/** The live list, while the lobby screen is up. */
let list: LobbyList | null = null;
/** Redraws the countdown. */
let countdown: ReturnType<typeof setInterval> | undefined;

function showLobby(words: string | null): void {
  screen.setVisible(true);
  screen.say(words);
  list = client.watchLobbies();
  list.on("changed", showList);
  loop.add(list);
  countdown = setInterval(showList, 250);
  showList();
}

function hideLobby(): void {
  clearInterval(countdown);
  if (list !== null) {
    loop.remove(list);
    list.close();
    list = null;
  }
  screen.endInvitation();
  screen.setVisible(false);
  for (const dialog of document.querySelectorAll("dialog")) dialog.close();
}

function showList(): void {
  if (list === null) return;
  const seconds = Math.ceil(list.retryInMs / 1_000);
  const state: ListState =
    list.state === "unreachable"
      ? { state: "unreachable", retryInS: seconds === 0 ? null : seconds }
      : { state: list.state === "live" ? "live" : "connecting" };
  screen.showList(state, list.entries);
}

async function create(game: NewGame): Promise<string | null> {
  try {
    await backendReady;
    const { password, ...rest } = game;
    const options = { ...rest, profile: profile(), metadata: { status: "Waiting for players" } };
    play(await client.create(password === null ? options : { ...options, password }), screen.choice);
    return null;
  } catch (error) {
    return inPlainWords(error);
  }
}

async function join(code: string, password: string | null): Promise<JoinOutcome> {
  try {
    await backendReady;
    if (await comeBack(code)) return null;
    const lobby = await client.join(
      code,
      password === null ? { profile: profile() } : { profile: profile(), password },
    );
    play(lobby, screen.choice);
    return null;
  } catch (error) {
    const code = refusalCode(error);
    if (code === LobbyErrorCode.WRONG_PASSWORD) return { kind: "password" };
    const kind = code === LobbyErrorCode.SERVER_UNREACHABLE ? "unanswered" : "refused";
    return { kind, words: inPlainWords(error) };
  }
}

/** Whether this tab has a seat in the game, and sits on it again: as the same player, whatever happened to the page. */
async function comeBack(code: string): Promise<boolean> {
  const seat = client.storedSeat();
  const look = keptLook();
  if (seat?.code !== code || look === null) return false;
  try {
    play(await client.comeBack(seat, { profile: { ...look } }), look, true);
    return true;
  } catch (error) {
    const refusal = refusalCode(error);
    if (refusal !== null && LOST_SEAT.includes(refusal)) return false;
    throw error;
  }
}

function play(lobby: Lobby, look: PlayerLook, returns = false): void {
  hideLobby();
  // The address bar holds the link, so that sharing the page shares the game.
  history.replaceState(null, "", joinLink(lobby.code));
  const game = new LobbyGame({
    lobby,
    look,
    returns,
    loop,
    backend,
    onEnd: (words) => {
      stay = debug.game = null;
      history.replaceState(null, "", withoutCode());
      showLobby(words);
    },
  });
  stay = debug.game = game;
}

function practise(): void {
  hideLobby();
  const practice = new PracticeStay(screen.choice, () => {
    stay = debug.practice = null;
    showLobby(null);
  });
  stay = debug.practice = practice;
}

function profile(): { name: string; colour: number } {
  const { name, colour } = screen.choice;
  return { name, colour };
}

const invitation = codeInLink();
document.querySelector("#page")?.replaceWith(screen.root);
// A page that is left, and one that is kept in case its visitor comes back, does nothing.
window.addEventListener("pagehide", () => {
  stay?.leavePage?.();
  loop.stop();
});
window.addEventListener("pageshow", ({ persisted }) => {
  // The others have gone on without it.
  if (persisted && stay === debug.game) location.reload();
  loop.start();
});
loop.start();
showLobby(null);
if (invitation !== null) {
  screen.invite(invitation);
  if (client.storedSeat()?.code === invitation) screen.accept(invitation);
}
// The picture's code is large: it comes while the player looks for a game.
setTimeout(() => void import("./view/start-view.ts"), 800);
Object.defineProperty(window, "floe", { value: debug, configurable: true });
