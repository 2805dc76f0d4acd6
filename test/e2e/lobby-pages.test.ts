import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { createServer, type ViteDevServer } from "vite";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { Seat } from "../../src/lobby/protocol.ts";
import { launchChromium, windowOptions } from "../support/chromium.ts";
import type { PlayerPage } from "../support/lobby-page/page.ts";
import { LobbyProcess } from "../support/lobby-process.ts";
import { until } from "../support/until.ts";

let browser: Browser;
let site: ViteDevServer;
let server: LobbyProcess;
let players: Player[];

/** One player in a window of its own, played through `window.player`. */
class Player {
  readonly page: Page;
  id = 0;

  constructor(page: Page) {
    this.page = page;
  }

  state(): Promise<ReturnType<PlayerPage["state"]>> {
    return this.page.evaluate(() => window.player.state());
  }

  events(): Promise<string[]> {
    return this.page.evaluate(() => window.player.events);
  }

  hears(...wanted: string[]): Promise<unknown> {
    return this.#listUntil("events", wanted);
  }

  receives(...wanted: string[]): Promise<unknown> {
    return this.#listUntil("packets", wanted);
  }

  say(words: string): Promise<void> {
    return this.page.evaluate((said) => window.player.say(said), words);
  }

  async #listUntil(name: "events" | "packets", wanted: readonly string[]): Promise<unknown> {
    let heard: string[] = [];
    const isThere = async (): Promise<boolean> => {
      heard = await this.page.evaluate((list) => window.player[list], name);
      return wanted.every((each) => heard.includes(each));
    };
    return until(isThere, { deadlineMs: 30_000 }).catch(() => {
      throw new Error(`${this.id} never had ${wanted.join(", ")} in its ${name}, but ${heard.join(", ")}`);
    });
  }
}

beforeAll(async () => {
  site = await createServer({
    root: fileURLToPath(new URL("../support/lobby-page", import.meta.url)),
    configFile: false,
    logLevel: "error",
    cacheDir: fileURLToPath(new URL("../../node_modules/.vite-lobby-page", import.meta.url)),
    server: {
      host: "127.0.0.1",
      port: 0,
      hmr: false,
      watch: null,
      fs: { allow: [fileURLToPath(new URL("../..", import.meta.url))] },
    },
    // Named here, because a dependency that vite finds while a test runs makes it reload the page.
    optimizeDeps: { include: ["msgpackr/index-no-eval", "colyseus.js"] },
  });
  await site.listen();
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

async function newPlayer(): Promise<Player> {
  const page = await (await browser.newContext(windowOptions)).newPage();
  await page.goto(site.resolvedUrls?.local[0] as string);
  await page.waitForFunction(() => window.player !== undefined);
  const player = new Player(page);
  players.push(player);
  return player;
}

async function host(maxPeers = 8, url = server.url): Promise<{ player: Player; code: string }> {
  const player = await newPlayer();
  const create = { url, options: { name: "Pages", maxPeers } };
  const code = await player.page.evaluate(({ url, options }) => window.player.create(url, options), create);
  player.id = 1;
  return { player, code };
}

async function guest(code: string, url = server.url): Promise<Player> {
  const player = await newPlayer();
  player.id = await player.page.evaluate(({ url, code }) => window.player.join(url, code), { url, code });
  return player;
}

async function meshed(...members: readonly Player[]): Promise<void> {
  for (const member of members) {
    await member.hears(...members.filter((other) => other !== member).map((other) => `+${other.id}`));
  }
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

test("L14 a lobby that the server forgot is published again by any peer, and the mesh stays", async () => {
  const { player: a, code } = await host(4);
  const [b, c] = [await guest(code), await guest(code)];
  await meshed(a, b, c);
  await a.page.evaluate(() => window.player.leave());
  await b.hears(`left 1 left`);
  await c.hears(`left 1 left`);
  const [first, second] = b.id < c.id ? [b, c] : [c, b];
  const { port } = server;
  await server.end("SIGKILL");
  for (const each of [first, second]) await each.hears("serverLost");
  await first.say("still here");
  await second.receives(`${first.id}: still here`);
  server = await LobbyProcess.start("--port", String(port));
  for (const each of [first, second]) {
    await each.page.evaluate(() => window.player.retry());
    await each.hears("lobbyGone");
  }
  const published = await second.page.evaluate(() => window.player.republish());
  expect(published.code).not.toBe(code);
  expect(published.seats.map(([id]) => id)).toEqual([first.id]);
  const handed = { code: published.code, seat: (published.seats[0] as [number, Seat])[1] };
  await first.page.evaluate(({ code, seat }) => window.player.reattach(code, seat), handed);
  for (const each of [first, second]) {
    await each.hears("serverBack");
    await until(async () => (await each.state()).hostId === second.id);
    expect(await each.state()).toMatchObject({ code: published.code, state: "open", id: each.id });
    expect((await each.state()).members).toEqual([first.id, second.id].sort());
  }
  const late = await guest(published.code);
  await meshed(first, second, late);
  for (const each of [first, second]) {
    const events = await each.events();
    const other = each === first ? second : first;
    expect(events.filter((event) => event === `+${other.id}`)).toHaveLength(1);
    expect(events.filter((event) => event.startsWith(`left ${other.id}`) || event.startsWith(`-${other.id}`))).toEqual(
      [],
    );
  }
});
