import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LobbyClient, type LobbyClientOptions, type Seat } from "../../src/lobby/index.ts";
import { type LobbyServer, startLobbyServer } from "../../src/server/start-lobby-server.ts";
import { message } from "../../src/session/messages/definition.ts";
import { defineMessages } from "../../src/session/messages/message-table.ts";
import { createSession } from "../../src/session/session.ts";
import { CuttableLine } from "../support/cuttable-line.ts";
import { collectDiagnostics } from "../support/diagnostics.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { PagedGlobals } from "../support/paged-globals.ts";
import { until } from "../support/until.ts";
import { WatchedLobby } from "../support/watched-lobby.ts";

// There is no WebRTC here, of which meshes that are polled complain.
collectDiagnostics();

let clock: ManualClock;
let server: LobbyServer;
let line: CuttableLine;
let host: WatchedLobby;

beforeEach(async () => {
  clock = new ManualClock();
  server = await startLobbyServer({ port: 0, iceServers: [], clock });
  line = await CuttableLine.to(server.port);
  host = new WatchedLobby(await client().create({ name: "Test" }));
});
afterEach(async () => {
  vi.unstubAllGlobals();
  host.lobby.leave();
  line.close();
  await server.close();
});

const client = (more: Partial<LobbyClientOptions> = {}): LobbyClient =>
  new LobbyClient({ url: server.url, gameId: "test/1", timeLimitMs: 4_000, ...more });
const nowhere = { getItem: () => null, setItem() {}, removeItem() {} };

test("L32 a page that is left while it comes back to its seat does not sit down on it before it is shown again", async () => {
  const page = new PagedGlobals();
  const held: (() => void)[] = [];
  let holds = false;
  const signIn = (): string | Promise<string> => (holds ? new Promise((resolve) => held.push(() => resolve(""))) : "");
  const guest = new WatchedLobby(await client({ url: line.url, signIn, rememberSeat: nowhere }).join(host.lobby.code));
  holds = true;
  line.cut();
  await guest.hears("serverLost");
  line.mend();
  guest.lobby.retry();
  await until(() => held.length === 1);
  page.leave();
  held[0]?.();
  holds = false;
  page.show();
  await guest.hears("serverBack");
  await host.hears("memberJoined", { peerId: guest.id, profile: {} });
  expect(host.named("memberJoined")).toHaveLength(2);
  guest.lobby.leave();
  await host.hears("memberLeft", guest.id, "left");
  expect(page.listening).toBe(0);
});

test("L32 a page that is left is lost to the others at once, and hears when it is back that its seat was not held so long", async () => {
  const page = new PagedGlobals();
  const guest = new WatchedLobby(await client({ rememberSeat: nowhere }).join(host.lobby.code));
  page.leave();
  await host.hears("memberLeft", guest.id, "lost");
  clock.advance(60_001);
  page.show();
  await guest.hears("lobbyGone");
  expect([guest.lobby.state, guest.named("serverLost").length]).toEqual(["gone", 1]);
  guest.lobby.leave();
  expect(page.listening).toBe(0);
});

test("L32 a page without a remembered seat leaves the lobby with its socket still there, and hears of it when it is back", async () => {
  const page = new PagedGlobals();
  const guest = new WatchedLobby(await client().join(host.lobby.code));
  page.leave();
  await host.hears("memberLeft", guest.id, "left");
  guest.lobby.poll();
  expect([guest.lobby.state, guest.named("removed")]).toEqual(["ended", []]);
  page.show();
  guest.lobby.poll();
  guest.lobby.poll();
  expect(guest.named("removed")).toEqual([["removed", "not-connected", "this page was left"]]);
  expect(page.listening).toBe(0);
});

test("L32 a list whose page is left gives its socket up, and is live again once that is shown", async () => {
  const page = new PagedGlobals();
  const list = client().watchLobbies();
  const becomes = (state: string): Promise<unknown> => until(() => list.state === state, { step: () => list.poll() });
  await becomes("live");
  page.leave();
  await becomes("unreachable");
  expect(list.error?.message).toBe("this page was left");
  page.show();
  await becomes("live");
  list.close();
  expect(page.listening).toBe(0);
});

test("L32 who is about to come back when the page is left does so once that is shown, and has no other seat until then", async () => {
  const page = new PagedGlobals();
  const kept = new Map<string, string>();
  const rememberSeat = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  const older = await client({ rememberSeat, url: line.url }).join(host.lobby.code);
  line.cut();
  await host.hears("memberLeft", older.localId, "lost");
  const held: (() => void)[] = [];
  let asked = 0;
  const signIn = (): string | Promise<string> => {
    asked += 1;
    return asked === 1 ? new Promise((resolve) => held.push(() => resolve(""))) : "";
  };
  const lobbies = client({ rememberSeat, signIn });
  const coming = lobbies.comeBack(lobbies.storedSeat() as Seat).catch(() => lobbies.create({ name: "Another" }));
  await until(() => held.length === 1);
  page.leave();
  held[0]?.();
  page.show();
  const lobby = await coming;
  expect([lobby.code, lobby.localId, asked]).toEqual([host.lobby.code, older.localId, 2]);
  expect(lobbies.storedSeat()?.peerId).toBe(older.localId);
  for (const each of [lobby, older]) each.leave();
});

test("L32 what begins while the page is left waits until that is shown", async () => {
  const page = new PagedGlobals();
  const guest = new WatchedLobby(await client({ rememberSeat: nowhere }).join(host.lobby.code));
  guest.lobby.wake = () => guest.lobby.poll();
  guest.lobby.on("serverLost", () => guest.lobby.retry());
  page.leave();
  await host.hears("memberLeft", guest.id, "lost");
  let created = false;
  const creating = client()
    .create({ name: "Later" })
    .finally(() => {
      created = true;
    });
  // So long would they have taken.
  vi.stubGlobal("addEventListener", undefined);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect([created, host.named("memberJoined").length]).toEqual([false, 1]);
  page.show();
  (await creating).leave();
  await guest.hears("serverBack");
  guest.lobby.leave();
});

test("L32 who leaves by itself, while its page is left or after, hears of no removal", async () => {
  for (const when of ["left", "back"]) {
    const page = new PagedGlobals();
    const guest = new WatchedLobby(await client().join(host.lobby.code));
    if (when === "left") addEventListener("pagehide", () => guest.lobby.leave());
    page.leave();
    page.show();
    if (when === "back") guest.lobby.leave();
    guest.lobby.poll();
    expect([guest.lobby.state, guest.named("removed")]).toEqual(["ended", []]);
    vi.unstubAllGlobals();
  }
});

test("L32 a lobby that ends by its session's goodbye, as its page is left, says so when that is shown, however it is polled", async () => {
  for (const [rememberSeat, isPolledByWake] of [
    [false, false],
    [false, true],
    [nowhere, false],
    [nowhere, true],
  ] as const) {
    const page = new PagedGlobals();
    const guest = new WatchedLobby(await client({ rememberSeat }).join(host.lobby.code));
    const messages = defineMessages({ chat: message<string>() });
    createSession({ peer: guest.lobby.peer, game: "left", version: "1", messages });
    if (isPolledByWake) guest.lobby.wake = () => guest.lobby.poll();
    page.leave();
    await host.hears("memberLeft", guest.id, "left");
    page.show();
    guest.lobby.poll();
    expect([guest.lobby.state, guest.named("removed").length, page.listening]).toEqual(["ended", 1, 0]);
    vi.unstubAllGlobals();
  }
});
