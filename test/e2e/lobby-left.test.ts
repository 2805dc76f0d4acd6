import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LobbyClient, type LobbyClientOptions } from "../../src/lobby/index.ts";
import { type LobbyServer, startLobbyServer } from "../../src/server/start-lobby-server.ts";
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
  await until(() => guest.lobby.retryInMs > 0);
  holds = false;
  held[0]?.();
  page.show();
  expect(guest.lobby.retryInMs).toBe(0);
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
  expect([list.error?.message, list.retryInMs > 0]).toEqual(["this page was left", true]);
  page.show();
  expect(list.retryInMs).toBe(0);
  await becomes("live");
  list.close();
  expect(page.listening).toBe(0);
});
