import { fileURLToPath } from "node:url";
import type { CDPSession, Page } from "playwright-core";
import { build, type InlineConfig, preview } from "vite";
import { launchChromium, windowOptions } from "../test/support/chromium.ts";

/** The page that measures, in a Chromium of its own. */
export interface BenchPage {
  readonly page: Page;
  /** Chromium's own tools, for what a page cannot see. */
  readonly tools: CDPSession;
  readonly chromiumVersion: string;
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
  const config: InlineConfig = {
    configFile: false,
    root: folder("page"),
    logLevel: "warn",
    resolve: { conditions: ["tickmesh-source", "module", "browser", "development|production"] },
    build: {
      outDir: folder("../node_modules/.cache/tickmesh/bench"),
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
  };
  try {
    const context = await browser.newContext(windowOptions);
    const page = await context.newPage();
    page.on("pageerror", (error) => console.error(`in the page: ${error.stack ?? error.message}`));
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") console.error(`in the page: ${message.text()}`);
    });
    await page.goto(server.resolvedUrls?.local[0] ?? "");
    await page.waitForFunction(() => "bench" in window && crossOriginIsolated);
    return { page, tools: await context.newCDPSession(page), chromiumVersion: browser.version(), close };
  } catch (error) {
    await close();
    throw error;
  }
}
