import { createHmac } from "node:crypto";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { LobbyClient } from "../../src/lobby/index.ts";
import type { BackendFactory, IceServer } from "../../src/seam/connection-backend.ts";
import { type LobbyServer, type LobbyServerOptions, startLobbyServer } from "../../src/server/start-lobby-server.ts";
import { launchChromium } from "../support/chromium.ts";
import { collectDiagnostics } from "../support/diagnostics.ts";
import { LobbyPlayer, LobbySite, meshed } from "../support/lobby-player.ts";
import { RawLobbyClient } from "../support/raw-lobby-client.ts";
import { TurnProcess } from "../support/turn-process.ts";
import { until } from "../support/until.ts";

collectDiagnostics();

const secret = "shared by both servers";
let browser: Browser;
let site: LobbySite;
let turn: TurnProcess;
let server: LobbyServer | undefined;
let players: LobbyPlayer[] = [];

beforeAll(async () => {
  turn = await TurnProcess.relaying(secret);
  site = await LobbySite.start();
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
  await turn?.end();
});
afterEach(async () => {
  for (const { page } of players) await page.context().close();
  players = [];
  await server?.close();
});

async function serve(more: LobbyServerOptions = {}): Promise<string> {
  const urls = [turn.url];
  server = await startLobbyServer({ port: 0, iceServers: [], turn: { urls, secret, ttlSeconds: 600 }, ...more });
  return server.url;
}

/** Players who show each other no address, and have no relay but the TURN server. */
async function hidden(): Promise<LobbyPlayer> {
  const player = await LobbyPlayer.open(browser, site.url);
  players.push(player);
  await player.page.evaluate(() => window.player.with({ iceTransportPolicy: "relay", relay: false }));
  return player;
}

async function pair(url: string): Promise<[LobbyPlayer, LobbyPlayer]> {
  const [a, b] = [await hidden(), await hidden()];
  const code = await a.page.evaluate((to) => window.player.create(to, { name: "Turn" }), url);
  a.id = 1;
  b.id = await b.page.evaluate((to) => window.player.join(to.url, to.code), { url, code });
  return [a, b];
}

test("V23 players with minted credentials reach each other through a TURN server, without showing an address", async () => {
  const [a, b] = await pair(await serve());
  await meshed(a, b);
  await a.say("hello");
  await b.receives("1: hello");
  await until(async () => (await a.page.evaluate(() => window.player.paths()))[0]?.path === "turn");
  const sdp = await a.page.evaluate(() => window.player.localDescription());
  expect(sdp).toMatch(/ typ relay /);
  expect(sdp).not.toMatch(/ typ (host|srflx) /);
});

test("V23 credentials whose time is over reach nobody, nor do those of another secret", async () => {
  const nobody: readonly LobbyServerOptions[] = [
    { calendar: { nowMs: () => Date.now() - 3_600_000 } },
    { turn: { urls: [turn.url], secret: "another", ttlSeconds: 600 } },
  ];
  for (const more of nobody) {
    const [a, b] = await pair(await serve(more));
    await until(async () => [await a.gathered(), await b.gathered()].every(Boolean), { deadlineMs: 60_000 });
    expect([...(await a.events()), ...(await b.events())].filter((event) => event.startsWith("+"))).toEqual([]);
    expect(await a.page.evaluate(() => window.player.localDescription())).not.toMatch(/ typ relay /);
    for (const { page } of players.splice(0)) await page.context().close();
    await server?.close();
  }
});

const lastServer = (servers: unknown): IceServer => (servers as IceServer[]).at(-1) as IceServer;

test("V23 each player has credentials of its own, and new ones after three quarters of their time", async () => {
  let nowMs = 1_000_000_000_000;
  const calendar = { nowMs: () => nowMs };
  const url = await serve({ turn: { urls: ["turn:example.com"], secret, ttlSeconds: 2 }, calendar });
  const a = await RawLobbyClient.create(url);
  const b = await RawLobbyClient.join(url, a.code);
  const [first, other] = [lastServer(a.welcome["iceServers"]), lastServer(b.welcome["iceServers"])];
  expect(first).toMatchObject({
    urls: ["turn:example.com"],
    username: expect.stringMatching(/^1000000002:[0-9a-f]{32}$/),
  });
  expect(first.credential).toBe(createHmac("sha1", secret).update(String(first.username)).digest("base64"));
  expect(other.username).not.toBe(first.username);
  nowMs += 1_500;
  const renewed = lastServer((await a.hears("ice-servers"))["iceServers"]);
  expect(renewed.username).toMatch(/^1000000003:/);
  expect(JSON.stringify([...a.received, ...b.received])).not.toContain(secret);
});

test("L24 new credentials reach the connections that begin from then on", async () => {
  const url = await serve({ turn: { urls: ["turn:example.com"], secret, ttlSeconds: 2 } });
  const host = await RawLobbyClient.create(url, { gameId: "turn/1" });
  const used = new Set<string | undefined>();
  const backend: BackendFactory = ({ iceServers = [] }) => {
    used.add(iceServers.at(-1)?.username);
    throw new Error("tried again");
  };
  // It has the higher id, so it is the one that offers.
  const lobby = await new LobbyClient({ url, gameId: "turn/1", relay: false, connector: { backend } }).join(host.code);
  await until(() => used.size > 1, {
    step: () => {
      lobby.poll();
      lobby.peer.poll();
    },
  });
  expect([...used].every((name) => name?.includes(":"))).toBe(true);
  lobby.leave();
});
