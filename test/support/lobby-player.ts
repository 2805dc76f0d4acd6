import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { createServer, type ViteDevServer } from "vite";
import { windowOptions } from "./chromium.ts";
import type { PlayerPage } from "./lobby-page/page.ts";
import { until } from "./until.ts";

export type PlayerOptions = Parameters<PlayerPage["with"]>[0];

/** Serves the page of `lobby-page/`. */
export class LobbySite {
  readonly #server: ViteDevServer;

  static async start(): Promise<LobbySite> {
    const server = await createServer({
      root: fileURLToPath(new URL("lobby-page", import.meta.url)),
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
    await server.listen();
    return new LobbySite(server);
  }

  private constructor(server: ViteDevServer) {
    this.#server = server;
  }

  get url(): string {
    return this.#server.resolvedUrls?.local[0] as string;
  }

  close(): Promise<void> {
    return this.#server.close();
  }
}

/** One player in a window of its own, played through `window.player`. */
export class LobbyPlayer {
  readonly page: Page;
  id = 0;

  static async open(browser: Browser, url: string): Promise<LobbyPlayer> {
    const page = await (await browser.newContext(windowOptions)).newPage();
    await page.goto(url);
    await page.waitForFunction(() => window.player !== undefined);
    return new LobbyPlayer(page);
  }

  private constructor(page: Page) {
    this.page = page;
  }

  state(): Promise<ReturnType<PlayerPage["state"]>> {
    return this.page.evaluate(() => window.player.state());
  }

  events(): Promise<string[]> {
    return this.page.evaluate(() => window.player.events);
  }

  gathered(): Promise<boolean> {
    return this.page.evaluate(() => window.player.isGathered());
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

/** All of them are connected to each other. */
export async function meshed(...members: readonly LobbyPlayer[]): Promise<void> {
  for (const member of members) {
    await member.hears(...members.filter((other) => other !== member).map((other) => `+${other.id}`));
  }
}
