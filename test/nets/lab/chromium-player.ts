import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { chromiumLaunchOptions } from "../../support/chromium.ts";
import type { LabPlayer } from "./lab-player.ts";
import type { Site } from "./site.ts";

/** A Chromium on a site's machine. `folder`: where the program that starts it may lie. */
export async function openChromiumPlayer(site: Site, pageUrl: string, folder: string): Promise<LabPlayer> {
  const options = await chromiumLaunchOptions();
  const program = join(folder, `chromium-${site.publicAddress}`);
  writeFileSync(program, `#!/bin/sh\nexec ${site.prefix.join(" ")} "${options.executablePath}" "$@"\n`);
  chmodSync(program, 0o755);
  const browser = await chromium.launch({ ...options, executablePath: program });
  const page = await (await browser.newContext()).newPage();
  page.on("pageerror", (error) => console.error(`${site.network}: ${error.message}`));
  return {
    seat: { runtime: "Chromium", network: site.network },
    site,
    call: (method, ...args) =>
      page.evaluate(
        // The types of the method's arguments and result are lost on the way into the page.
        ([name, values]) => (window.labGame[name] as (...all: unknown[]) => never)(...values),
        [method, args] as const,
      ),
    async renew() {
      await page.goto(pageUrl);
      await page.waitForFunction(() => "labGame" in window);
    },
    async close() {
      await browser.close();
      site.close();
    },
  };
}
