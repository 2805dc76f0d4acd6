import { createDriver } from "tickmesh/driver";
import { type Lobby, LobbyClient, LobbyErrorCode, type LobbyList } from "tickmesh/lobby";
import { DebugView } from "./debug-view.ts";
import type { NewGame } from "./lobby/create-dialog.ts";
import type { ListState } from "./lobby/lobby-list-panel.ts";
import { type JoinOutcome, LobbyScreen } from "./lobby/lobby-screen.ts";
import { inPlainWords, refusalCode } from "./lobby/refusals.ts";
import { LobbyGame } from "./lobby-game.ts";
import { backendInLink, useBackend } from "./net/backend-choice.ts";
import { codeInLink, joinLink, withoutCode } from "./page/join-link.ts";
import { PracticeStay } from "./practice-game.ts";

/** Players of different versions of the game do not meet. */
const GAME_ID = "tickmesh.floe/1";

const client = new LobbyClient({ url: new URL("/lobby", location.href).href, gameId: GAME_ID });
const driver = createDriver({
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
  driver.add(list);
  countdown = setInterval(showList, 250);
  showList();
}

function hideLobby(): void {
  clearInterval(countdown);
  if (list !== null) {
    driver.remove(list);
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
    const { name, maxPeers, isPublic, password } = game;
    const options = { name, maxPeers, isPublic, profile: profile(), metadata: { status: "Waiting for players" } };
    play(await client.create(password === null ? options : { ...options, password }));
    return null;
  } catch (error) {
    return inPlainWords(error);
  }
}

async function join(code: string, password: string | null): Promise<JoinOutcome> {
  try {
    await backendReady;
    play(await client.join(code, password === null ? { profile: profile() } : { profile: profile(), password }));
    return null;
  } catch (error) {
    if (refusalCode(error) === LobbyErrorCode.WRONG_PASSWORD) return { kind: "password" };
    return { kind: "refused", words: inPlainWords(error) };
  }
}

function play(lobby: Lobby): void {
  hideLobby();
  showCode(lobby.code);
  debug.game = new LobbyGame({
    lobby,
    look: screen.choice,
    driver,
    backend,
    onCode: showCode,
    onEnd: (words) => {
      debug.game = null;
      history.replaceState(null, "", withoutCode());
      showLobby(words);
    },
  });
}

function practise(): void {
  hideLobby();
  debug.practice = new PracticeStay(screen.choice, () => {
    debug.practice = null;
    showLobby(null);
  });
}

/** The address bar holds the link, so that sharing the page shares the game. */
function showCode(code: string): void {
  history.replaceState(null, "", joinLink(code));
}

function profile(): { name: string; colour: number } {
  const { name, colour } = screen.choice;
  return { name, colour };
}

const invitation = codeInLink();
document.querySelector("#page")?.replaceWith(screen.root);
driver.start();
showLobby(null);
if (invitation !== null) screen.invite(invitation);
// The picture's code is large: it comes while the player looks for a game.
setTimeout(() => void import("./view/start-view.ts"), 800);
Object.defineProperty(window, "floe", { value: debug, configurable: true });
