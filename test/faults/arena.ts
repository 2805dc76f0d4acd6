import { fileURLToPath } from "node:url";
import { BrowserProcess } from "../support/browser-process.ts";
import { BuiltSite } from "../support/built-site.ts";
import { Player } from "./player.ts";

/** Where faults happen: the game's page, and browsers, each with one player. A browser that outlives a game is used for the next. */
export class Arena {
  readonly #site: BuiltSite;
  readonly #idle: BrowserProcess[] = [];

  static async open(): Promise<Arena> {
    const root = fileURLToPath(new URL("page/", import.meta.url));
    return new Arena(await BuiltSite.start({ root, page: "player.html", host: "127.0.0.1", port: 0 }));
  }

  private constructor(site: BuiltSite) {
    this.#site = site;
  }

  /** A page that has met nobody, in a browser of its own. */
  async player(): Promise<Player> {
    const browser = this.#idle.pop() ?? (await BrowserProcess.launch());
    const page = await browser.open(`${this.#site.url}/player.html`);
    await page.waitForFunction(() => "faultPlayer" in window);
    return new Player(browser, page);
  }

  /** Their game is over. */
  async release(players: readonly Player[]): Promise<void> {
    for (const { isAlive, page, browser } of players) {
      if (!isAlive) continue;
      await page.context().close();
      this.#idle.push(browser);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#idle.map((browser) => browser.close()));
    this.#site.close();
  }
}
