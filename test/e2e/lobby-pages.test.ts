import { mkdtemp, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { launchChromium } from "../support/chromium.ts";
import { LobbyPlayer, LobbySite, meshed, type PlayerOptions } from "../support/lobby-player.ts";
import { LobbyProcess } from "../support/lobby-process.ts";
import { until } from "../support/until.ts";

let browser: Browser;
let site: LobbySite;
let server: LobbyProcess;
let players: LobbyPlayer[];
let keyFile: string;

beforeAll(async () => {
  keyFile = join(await mkdtemp(join(tmpdir(), "lobby-key-")), "key");
  await writeFile(keyFile, "k".repeat(64));
  site = await LobbySite.start();
  browser = await launchChromium();
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

async function newPlayer(): Promise<LobbyPlayer> {
  const player = await LobbyPlayer.open(browser, site.url);
  players.push(player);
  return player;
}

async function host(
  maxPeers = 8,
  url = server.url,
  options: PlayerOptions = {},
): Promise<{ player: LobbyPlayer; code: string }> {
  const player = await newPlayer();
  await player.page.evaluate((given) => window.player.with(given), options);
  const create = { url, options: { name: "Pages", maxPeers } };
  const code = await player.page.evaluate(({ url, options }) => window.player.create(url, options), create);
  player.id = 1;
  return { player, code };
}

async function guest(code: string, url = server.url, options: PlayerOptions = {}): Promise<LobbyPlayer> {
  const player = await newPlayer();
  await player.page.evaluate((given) => window.player.with(given), options);
  player.id = await player.page.evaluate(({ url, code }) => window.player.join(url, code), { url, code });
  return player;
}

test("L17 a mesh opens between browsers through a real server, on another port than the page's", async () => {
  await server.end();
  const turn = [{ urls: ["turn:127.0.0.1:9"], username: "u", credential: "c" }];
  server = await LobbyProcess.start("--port", "0", "--ice-servers", JSON.stringify(turn));
  const { player: a, code } = await host();
  const [b, c] = [await guest(code), await guest(code)];
  await meshed(a, b, c);
  await c.say("hello");
  await a.receives(`${c.id}: hello`);
  await b.receives(`${c.id}: hello`);
  expect(await a.page.evaluate(() => window.player.iceServers())).toMatchObject(turn);
});

test("L31 a page of another origin asks for its seat without asking first whether it may", async () => {
  const asked: string[] = [];
  const recorder = createServer(({ method, url, headers }, response) => {
    asked.push(`${method} ${url} ${headers["content-type"]}`);
    const error = "server-full: not today";
    const cors = { "access-control-allow-origin": headers.origin ?? "*", "access-control-allow-credentials": "true" };
    response.writeHead(503, { ...cors, "content-type": "application/json" }).end(JSON.stringify({ error }));
  });
  await new Promise<void>((resolve) => recorder.listen(0, "127.0.0.1", resolve));
  try {
    const url = `http://127.0.0.1:${(recorder.address() as AddressInfo).port}`;
    const { page } = await newPlayer();
    const refusal = page.evaluate((url) => window.player.join(url, "ACDEF"), url);
    await expect(refusal).rejects.toThrow("not today");
    expect(asked).toEqual(["POST /matchmake/joinById/ACDEF text/plain"]);
  } finally {
    recorder.closeAllConnections();
    recorder.close();
  }
});

test("L10 leaving, and closing the page, say goodbye", async () => {
  const { player: a, code } = await host();
  const [b, c] = [await guest(code), await guest(code)];
  await meshed(a, b, c);
  await b.say("last words");
  await b.page.evaluate(() => window.player.leave());
  await a.hears(`left ${b.id} left`);
  await a.receives(`${b.id}: last words`);
  await c.page.goto("about:blank");
  await a.hears(`left ${c.id} left`);
  await until(async () => (await a.state()).connected.length === 0);
});

test("L11 every peer closes its connection to who is kicked", async () => {
  const { player: a, code } = await host();
  const [b, c] = [await guest(code), await guest(code)];
  await meshed(a, b, c);
  await a.page.evaluate((id) => window.player.kick(id), b.id);
  await b.hears("kicked");
  await a.hears(`left ${b.id} kicked`, `-${b.id} kicked`);
  await c.hears(`left ${b.id} kicked`, `-${b.id} kicked`);
  expect((await a.state()).connected).toEqual([c.id]);
});

test("L14 a lobby that the server forgot is opened again by those who were in it, and the mesh stays", async () => {
  const key = ["--key", keyFile];
  await server.end();
  server = await LobbyProcess.start("--port", "0", ...key);
  const { player: a, code } = await host(4);
  const [b, c] = [await guest(code), await guest(code)];
  await meshed(a, b, c);
  await a.page.evaluate(() => window.player.leave());
  await b.hears(`left 1 left`);
  await c.hears(`left 1 left`);
  const hostId = Math.min(b.id, c.id);
  const { port } = server;
  await server.end("SIGKILL");
  for (const each of [b, c]) await each.hears("serverLost");
  await b.say("still here");
  await c.receives(`${b.id}: still here`);
  server = await LobbyProcess.start("--port", String(port), ...key);
  for (const each of [b, c]) await each.page.evaluate(() => window.player.retry());
  for (const each of [b, c]) {
    await each.hears("serverBack");
    await until(async () => (await each.state()).hostId === hostId);
    expect(await each.state()).toMatchObject({ code, state: "open", id: each.id });
    expect((await each.state()).members).toEqual([b.id, c.id].sort());
  }
  const late = await guest(code);
  await meshed(b, c, late);
  for (const each of [b, c]) {
    const events = await each.events();
    const other = each === b ? c : b;
    expect(events.filter((event) => event === `+${other.id}`)).toHaveLength(1);
    expect(events.filter((event) => event.startsWith(`left ${other.id}`) || event.startsWith(`-${other.id}`))).toEqual(
      [],
    );
  }
});

test("L23 pairs without a path of their own play through the lobby's server", async () => {
  const { player: a, code } = await host(4, server.url, { iceTransportPolicy: "relay" });
  const b = await guest(code);
  await meshed(a, b);
  for (let i = 0; i < 50; i++) await a.say(`hello ${i}`);
  await b.receives("1: hello 49");
  await b.say("and you");
  await a.receives(`${b.id}: and you`);
  for (const each of [a, b]) {
    await until(async () => (await each.page.evaluate(() => window.player.paths()))[0]?.path === "relay");
  }
  const c = await guest(code, server.url, { relay: false });
  await meshed(b, c);
  await a.page.evaluate(() => window.player.leave());
  await b.hears("left 1 left");
  // Two sockets bring the end of the relayed connection and the word: either may be first (K10).
  await until(async () => (await b.events()).some((event) => ["-1 left", "-1 closed-by-peer"].includes(event)));
});

test("L25 a page that hears that it is offline gives up its line to the lobby and that to the relay at once, and comes back", async () => {
  const { player: a, code } = await host(4, server.url, { iceTransportPolicy: "relay" });
  const b = await guest(code);
  await meshed(a, b);
  await b.page.evaluate(() => {
    window.player.events.length = 0;
    dispatchEvent(new Event("offline"));
  });
  await b.hears("serverLost", "-1 connection-lost", "serverBack", "+1");
  await b.say("here again");
  await a.receives(`${b.id}: here again`);
  expect((await b.state()).members).toEqual([1, b.id]);
});

test("L22 a page that is loaded again is the same player", async () => {
  const { player: a, code } = await host(4);
  const b = await guest(code, server.url, { rememberSeat: true });
  await meshed(a, b);
  await b.page.reload();
  await b.page.waitForFunction(() => window.player !== undefined);
  await a.hears(`left ${b.id} lost`);
  await b.page.evaluate(() => window.player.with({ rememberSeat: true }));
  const id = await b.page.evaluate((url) => window.player.comeBack(url), server.url);
  expect(id).toBe(b.id);
  await b.hears("+1");
  await a.hears(`joined ${b.id}`);
  await b.say("it is me again");
  await a.receives(`${b.id}: it is me again`);
  await b.page.evaluate(() => window.player.leave());
  expect(await b.page.evaluate((url) => window.player.storedSeat(url), server.url)).toBeNull();
});
