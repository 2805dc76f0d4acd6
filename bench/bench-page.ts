import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { BrowserContext, CDPSession, Page } from "playwright-core";
import { build, type InlineConfig, preview } from "vite";
import { launchChromium, windowOptions } from "../test/support/chromium.ts";

/** The page that measures, in a Chromium of its own. */
export interface BenchPage {
  readonly page: Page;
  /** Chromium's own tools, for what a page cannot see. */
  readonly tools: CDPSession;
  readonly chromiumVersion: string;
  /** The same page once more, in a window and a process of its own. */
  openPage(): Promise<Page>;
  close(): Promise<void>;
}

const folder = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Precise clocks are for pages that are isolated from others. */
const ISOLATION = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };

/** The tab is never taken for hidden or idle; the heap can be collected and read exactly. */
const FLAGS = [
  "--js-flags=--expose-gc",
  "--disable-background-timer-throttling",
  "--disable-backgrounding-occluded-windows",
  "--disable-renderer-backgrounding",
];

/** Builds the page as a game would be built, serves it on the loopback interface and opens it. */
export async function openBenchPage(): Promise<BenchPage> {
  // A place of its own: two runs at once must not take away each other's files.
  const outDir = folder(`../node_modules/.cache/tickmesh/bench/${process.pid}`);
  const config: InlineConfig = {
    configFile: false,
    root: folder("page"),
    logLevel: "warn",
    resolve: { conditions: ["tickmesh-source", "module", "browser", "development|production"] },
    build: {
      outDir,
      emptyOutDir: true,
      target: "es2022",
      chunkSizeWarningLimit: 2_000,
    },
    preview: { host: "127.0.0.1", port: 0, headers: ISOLATION },
  };
  await build(config);
  const server = await preview(config);
  const browser = await launchChromium(FLAGS);
  const close = async (): Promise<void> => {
    await browser.close();
    await server.close();
    rmSync(outDir, { recursive: true, force: true });
  };
  try {
    const context = await browser.newContext(windowOptions);
    const url = server.resolvedUrls?.local[0] ?? "";
    const page = await context.newPage();
    await prepare(page, url);
    const tools = await context.newCDPSession(page);
    const openPage = async (): Promise<Page> => {
      const window = await openWindow(tools, context);
      await prepare(window, url);
      return window;
    };
    return { page, tools, chromiumVersion: browser.version(), openPage, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A tab behind another one would be slower: its process gets a lower priority. */
async function openWindow(tools: CDPSession, context: BrowserContext): Promise<Page> {
  const { targetInfo } = await tools.send("Target.getTargetInfo");
  const { browserContextId } = targetInfo;
  if (browserContextId === undefined) throw new Error("the page belongs to no context");
  const opened = context.waitForEvent("page");
  const browserTools = await context.browser()?.newBrowserCDPSession();
  await browserTools?.send("Target.createTarget", { url: "about:blank", browserContextId, newWindow: true });
  await browserTools?.detach();
  return opened;
}

async function prepare(page: Page, url: string): Promise<void> {
  page.on("pageerror", (error) => console.error(`in the page: ${error.stack ?? error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") console.error(`in the page: ${message.text()}`);
  });
  await page.goto(url);
  await page.waitForFunction(() => "bench" in window && crossOriginIsolated);
}
