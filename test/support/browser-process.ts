import { readdirSync, readFileSync } from "node:fs";
import { type Browser, type BrowserServer, chromium, type Page } from "playwright-core";
import { chromiumLaunchOptions, windowOptions } from "./chromium.ts";

/** A Chromium whose processes can be killed and stopped as a whole. Stopping needs Linux. */
export class BrowserProcess {
  readonly #server: BrowserServer;
  readonly #browser: Browser;

  static async launch(): Promise<BrowserProcess> {
    const server = await chromium.launchServer({ ...(await chromiumLaunchOptions()), host: "127.0.0.1" });
    return new BrowserProcess(server, await chromium.connect(server.wsEndpoint()));
  }

  private constructor(server: BrowserServer, browser: Browser) {
    this.#server = server;
    this.#browser = browser;
  }

  get isAlive(): boolean {
    return this.#browser.isConnected();
  }

  /** In a window of its own. */
  async open(url: string): Promise<Page> {
    const page = await (await this.#browser.newContext(windowOptions)).newPage();
    page.on("pageerror", (error) => console.error(`page: ${error.message}`));
    await page.goto(url);
    return page;
  }

  /** Nothing of it says goodbye, or closes a connection by itself. */
  kill(): void {
    for (const id of [...this.#processes().keys()].reverse()) signal(id, "SIGKILL");
  }

  /** The processes that run its pages, which do nothing until `SIGCONT`; the others go on. */
  signalPages(name: "SIGSTOP" | "SIGCONT"): void {
    const pages = Array.from(this.#processes()).filter(([, command]) => command.includes("--type=renderer"));
    if (pages.length === 0) throw new Error("no process of a page was found");
    for (const [id] of pages) signal(id, name);
  }

  async close(): Promise<void> {
    if (!this.isAlive) return;
    await this.#browser.close();
    await this.#server.close();
  }

  /** The browser's own process, then all that descend from it: by id, the command. */
  #processes(): Map<number, string> {
    const root = this.#server.process().pid as number;
    const found = new Map([[root, ""]]);
    if (process.platform !== "linux") return found;
    const parents = Array.from(
      readdirSync("/proc").filter((name) => /^\d+$/.test(name)),
      readProcess,
    );
    for (const [known] of found) {
      for (const each of parents) if (each?.parent === known) found.set(each.id, each.command);
    }
    return found;
  }
}

function readProcess(name: string): { readonly id: number; readonly parent: number; readonly command: string } | null {
  try {
    const [, parent] = /^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${name}/status`, "utf8")) ?? [];
    const command = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ");
    return { id: Number(name), parent: Number(parent), command };
  } catch {
    return null; // It has just ended.
  }
}

function signal(id: number, name: NodeJS.Signals): void {
  try {
    process.kill(id, name);
  } catch {
    // It has just ended.
  }
}
