import { type Browser, launch } from "puppeteer-core";
import { isExecutable, onPath } from "./executables.ts";

/** What Chromium's flags do: 127.0.0.1 is a candidate, addresses are told as they are, and there is no traffic of its own. */
const preferences: Readonly<Record<string, unknown>> = {
  "media.peerconnection.ice.loopback": true,
  "media.peerconnection.ice.obfuscate_host_addresses": false,
  // Pages that may not use the camera offer the default route's address alone.
  "permissions.default.camera": 1,
  "permissions.default.microphone": 1,
  // A page that nobody looks at is to tick like one in view.
  "dom.min_background_timeout_value": 4,
  "dom.timeout.enable_budget_timer_throttling": false,
  // A page may open several import maps, as a test runner does.
  "dom.multiple_import_maps.enabled": true,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "app.normandy.enabled": false,
  "browser.safebrowsing.downloads.remote.enabled": false,
};

/** The Firefox that `FIREFOX` names, else one that is installed; `null` if there is none. */
export function firefoxPath(): string | null {
  const wanted = process.env["FIREFOX"];
  if (wanted) return wanted;
  return (
    [...onPath("firefox-esr", "firefox"), "/Applications/Firefox.app/Contents/MacOS/firefox"].find(isExecutable) ?? null
  );
}

/** Launches it without a window, driven over WebDriver BiDi. Throws, saying what to do, if there is none. */
export async function launchFirefox(): Promise<Browser> {
  const executablePath = firefoxPath();
  if (executablePath === null) {
    throw new Error("no Firefox found: install one, or name its executable in the variable FIREFOX");
  }
  return launch({
    browser: "firefox",
    executablePath,
    headless: true,
    // Scripts may then run in the browser itself: its garbage can be collected in no other way.
    args: ["--remote-allow-system-access"],
    extraPrefsFirefox: { ...preferences },
  });
}

/** Makes every page collect its garbage. Resolves when the word has gone out: a moment before it is done. */
export async function collectFirefoxGarbage(browser: Browser): Promise<void> {
  const { connection } = browser as unknown as { readonly connection: BidiConnection };
  const { result } = await connection.send("browsingContext.getTree", { "moz:scope": "chrome", maxDepth: 0 });
  const context = (result as ContextTree).contexts[0]?.context;
  const collect = "Components.utils.forceGC(); Components.utils.forceCC(); Components.utils.forceGC();";
  const expression = `Services.ppmm.loadProcessScript("data:,${collect}", false)`;
  await connection.send("script.evaluate", { expression, target: { context }, awaitPromise: false });
}

/** What lies below puppeteer's own methods, for the one thing that they do not offer. */
interface BidiConnection {
  send(method: string, parameters: object): Promise<{ readonly result: unknown }>;
}

interface ContextTree {
  readonly contexts: readonly { readonly context: string }[];
}
