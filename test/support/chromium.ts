import { join } from "node:path";
import type { Browser, BrowserContextOptions, LaunchOptions } from "playwright-core";
import { chromium } from "playwright-core";
import { isExecutable, onPath } from "./executables.ts";
import { unpackedChromium } from "./unpacked-chromium.ts";

/** What Chromium is started with: no traffic of its own, and candidates on the loopback interface. */
const chromiumFlags: readonly string[] = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--allow-loopback-in-peer-connection",
  "--disable-features=WebRtcHideLocalIpsWithMdns",
];

/** With these permissions Chromium offers 127.0.0.1 as a candidate; without, only the default route's address. */
export const windowOptions: BrowserContextOptions = { permissions: ["microphone", "camera"] };

/**
 * How to launch a Chrome or Chromium: the one that `CHROMIUM` names (a path, or `npm` for the one from npm), else one
 * that is installed, else, on Linux, the one from npm, unpacked on first use. Throws, saying what to do, if there is none.
 */
export async function chromiumLaunchOptions(): Promise<LaunchOptions & { executablePath: string }> {
  const wanted = process.env["CHROMIUM"];
  const installed = wanted === "npm" ? undefined : wanted || installedChromium();
  if (installed !== undefined) return { executablePath: installed, args: [...chromiumFlags] };
  const unpacked = await unpackedChromium();
  return {
    executablePath: unpacked.executablePath,
    args: [...chromiumFlags],
    env: { ...definedEnvironment(), ...unpacked.environment },
  };
}

/** Launches it for a test that opens windows of its own: `await (await launchChromium()).newContext(windowOptions)`. */
export async function launchChromium(extraFlags: readonly string[] = []): Promise<Browser> {
  const options = await chromiumLaunchOptions();
  return chromium.launch({ ...options, args: [...(options.args ?? []), ...extraFlags] });
}

function installedChromium(): string | undefined {
  return [...onPath(...names), ...usualPlaces()].find(isExecutable);
}

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

function usualPlaces(): string[] {
  if (process.platform === "darwin") {
    const apps = ["Google Chrome.app/Contents/MacOS/Google Chrome", "Chromium.app/Contents/MacOS/Chromium"];
    const folders = ["/Applications", join(process.env["HOME"] ?? "/", "Applications")];
    return folders.flatMap((folder) => apps.map((app) => join(folder, app)));
  }
  if (process.platform === "win32") {
    const folders = ["PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"].flatMap((name) => process.env[name] ?? []);
    const programs = ["Google\\Chrome\\Application\\chrome.exe", "Chromium\\Application\\chrome.exe"];
    return folders.flatMap((folder) => programs.map((program) => join(folder, program)));
  }
  return ["/opt/google/chrome/chrome", "/usr/lib/chromium/chromium", "/snap/bin/chromium"];
}

function definedEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
