import { playwright } from "@vitest/browser-playwright";
import type { Browser, Page } from "puppeteer-core";
import type { BrowserProvider, BrowserProviderOption } from "vitest/node";
import { collectFirefoxGarbage, launchFirefox } from "./firefox.ts";

/** Opens vitest's pages in an installed Firefox: playwright drives only a Firefox of its own making. */
export function firefoxProvider(): BrowserProviderOption {
  return {
    name: "firefox",
    supportedBrowser: ["firefox"],
    options: {},
    providerFactory: () => new FirefoxProvider(),
    serverFactory: playwright().serverFactory,
  };
}

class FirefoxProvider implements BrowserProvider {
  readonly name = "firefox";
  readonly supportsParallelism = false;
  readonly #pages = new Map<string, Page>();
  #browser: Promise<Browser> | null = null;

  getCommandsContext(sessionId: string): Record<string, unknown> {
    return { page: this.#pages.get(sessionId) };
  }

  async openPage(sessionId: string, url: string): Promise<void> {
    this.#browser ??= launchFirefox();
    const page = await (await this.#browser).newPage();
    this.#pages.set(sessionId, page);
    await page.goto(url, { timeout: 0 });
  }

  async collectGarbage(): Promise<void> {
    if (this.#browser !== null) await collectFirefoxGarbage(await this.#browser);
  }

  async close(): Promise<void> {
    const browser = await this.#browser;
    this.#browser = null;
    this.#pages.clear();
    await browser?.close();
  }
}

/** Commands by which a test in Firefox does what no page can. */
export const firefoxCommands = {
  /** Vitest's own, before every file: the size of a page that nobody sees does not matter here. */
  __vitest_viewport: (): void => {},
  collectGarbage: async ({ provider }: { readonly provider: BrowserProvider }): Promise<void> => {
    await (provider as FirefoxProvider).collectGarbage();
  },
};
