import { type Browser, chromium } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { LobbyClient } from "../../src/lobby/index.ts";
import { chromiumLaunchOptions } from "../support/chromium.ts";
import { LobbyPlayer, LobbySite, meshed } from "../support/lobby-player.ts";
import { LobbyProcess } from "../support/lobby-process.ts";
import { until } from "../support/until.ts";

let browser: Browser;
let site: LobbySite;
let server: LobbyProcess;
let players: LobbyPlayer[];

beforeAll(async () => {
  site = await LobbySite.start();
  // Playwright switches it off: a page that is left is kept, frozen, for who goes back to it.
  const ignoreDefaultArgs = ["--disable-back-forward-cache"];
  browser = await chromium.launch({ ...(await chromiumLaunchOptions()), ignoreDefaultArgs });
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
});
beforeEach(async () => {
  players = [];
  server = await LobbyProcess.start("--port", "0");
});
afterEach(async () => {
  for (const { page } of players) await page.context().close();
  await server.end();
});

async function newPlayer(rememberSeat: boolean): Promise<LobbyPlayer> {
  const player = await LobbyPlayer.open(browser, site.url);
  players.push(player);
  await player.page.evaluate((rememberSeat) => window.player.with({ rememberSeat }), rememberSeat);
  return player;
}
async function host(rememberSeat: boolean): Promise<{ player: LobbyPlayer; code: string }> {
  const player = await newPlayer(rememberSeat);
  const code = await player.page.evaluate((url) => window.player.create(url, { name: "Pages" }), server.url);
  player.id = 1;
  return { player, code };
}
async function guest(code: string): Promise<LobbyPlayer> {
  const player = await newPlayer(false);
  player.id = await player.page.evaluate(({ url, code }) => window.player.join(url, code), { url: server.url, code });
  return player;
}
const goAway = ({ page }: LobbyPlayer): Promise<unknown> => page.goto(`${site.url}page.ts`);
async function goBack({ page }: LobbyPlayer): Promise<void> {
  // Not the call that waits for the page to load: one that was kept does not.
  await page.evaluate(() => void setTimeout(() => history.back()));
  await until(async () => page.evaluate(() => window.player !== undefined).catch(() => false));
}
const listed = async (): Promise<string[]> =>
  (await new LobbyClient({ url: server.url, gameId: "page/1" }).list()).map(({ code }) => code);

test("L32 a page that is left and kept is away at once, and is the same player when its visitor comes back", async () => {
  const { player: a, code } = await host(true);
  await until(async () => (await listed()).includes(code), { everyMs: 100 });
  await goAway(a);
  // Browsers that keep it answer the server's pings for it.
  await until(async () => !(await listed()).includes(code), { everyMs: 100, deadlineMs: 3_000 });
  await goBack(a);
  await a.hears("serverLost", "serverBack");
  expect(await a.state()).toMatchObject({ id: 1, code, hostId: 1, state: "open" });
  await until(async () => (await listed()).includes(code), { everyMs: 100 });
  const b = await guest(code);
  await meshed(a, b);
  // One that has connections may not be kept, but loaded again.
  await goAway(a);
  await b.hears("left 1 lost");
  await goBack(a);
  await a.page.evaluate(() => window.player.with({ rememberSeat: true }));
  const isKept = await a.page.evaluate(() => window.player.events.length > 0);
  if (!isKept) await a.page.evaluate((url) => window.player.comeBack(url), server.url);
  await b.hears("joined 1");
  await until(async () => (await a.state()).connected.includes(b.id));
  expect(await a.state()).toMatchObject({ id: 1, code, state: "open", members: [1, b.id] });
  await a.say("here again");
  await b.receives("1: here again");
});

test("L32 a page that keeps no seat has left for good, and hears so if it is shown again", async () => {
  const { player: a, code } = await host(false);
  await until(async () => (await listed()).includes(code), { everyMs: 100 });
  await goAway(a);
  await until(async () => !(await listed()).includes(code), { everyMs: 100, deadlineMs: 3_000 });
  await goBack(a);
  await a.hears("removed not-connected");
  expect(await a.state()).toMatchObject({ state: "ended", connected: [] });
});

test("L32 the lobby's line and that to the relay are given up with the page, and there again with it", async () => {
  const { player: a, code } = await host(false);
  const b = await newPlayer(true);
  await b.page.evaluate(() => window.player.with({ rememberSeat: true, iceTransportPolicy: "relay" }));
  b.id = await b.page.evaluate(({ url, code }) => window.player.join(url, code), { url: server.url, code });
  await meshed(a, b);
  await b.page.evaluate(() => {
    window.player.events.length = 0;
    dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
  });
  await b.hears("serverLost", "-1 connection-lost");
  await a.hears(`left ${b.id} lost`, `-${b.id} connection-lost`);
  await b.page.evaluate(() => dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })));
  await b.hears("serverBack", "+1");
  await b.say("here again");
  await a.receives(`${b.id}: here again`);
});
