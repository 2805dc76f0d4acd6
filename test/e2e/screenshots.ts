/**
 * Takes the pictures of the README: `npm run screenshots`. Plays the real demo in several windows through a real lobby server; keys
 * are pressed as players would. Writes docs/images/lobby.png and docs/images/game.png.
 */
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { launchChromium } from "../support/chromium.ts";
import { startDemoProcess } from "./demo-servers.ts";
import { DemoWindow, drawingFlags, type FloeState } from "./demo-window.ts";

const images = fileURLToPath(new URL("../../docs/images/", import.meta.url));
/** The pictures stay below 300 kB: smaller than the pages they show. */
const lobbyScale = 0.82;
const gameScale = 0.64;
const lobbySize = { width: 1_120, height: 630 };
const gameSize = { width: 960, height: 540 };
/** Windows that only play along draw little. */
const small = { width: 240, height: 160 };
const colours = { ember: "#ff8a3c", violet: "#b98cff", lime: "#6be36b", glacier: "#37c8ff" };

async function play(browser: Browser, url: string): Promise<void> {
  const open = async (name: string, colour: string, size = small, scale = 1, search = ""): Promise<DemoWindow> => {
    const window = await DemoWindow.open(browser, url + search, name, size, scale);
    await window.page.check(`[name=colour][value="${colour}"]`, { force: true });
    return window;
  };
  const visitor = await open("Polar Fox", colours.glacier, lobbySize, lobbyScale);
  const others = [
    await open("Ember", colours.ember),
    await open("Puffin", colours.violet),
    await open("Walrus", colours.lime, small, 1, "?path=relay"),
  ] as const;
  const [ember, puffin, walrus] = others;
  await ember.createGame("Friday night ice", "secret");
  const { code } = await puffin.createGame("Learners welcome");
  await walrus.joinByCode(code);
  await visitor.page.waitForSelector(".lobby-row >> text=Playing round 1");
  await visitor.page.screenshot({ path: `${images}lobby.png` });

  for (const window of others) await window.leave();
  await visitor.close();
  const first = await open("Polar Fox", colours.glacier, gameSize, gameScale);
  const game = await first.createGame("Best of five");
  for (const window of others) await window.joinByCode(game.code);
  const everybody = others.length + 1;
  await first.sees("everybody in a round", ({ round }) => {
    return round.phase === "playing" && round.players.filter(({ alive }) => alive).length === everybody;
  });
  await first.sees("which way each is reached", ({ peers }) => peers.every(({ path }) => path !== null));
  await ember.say("mind the cracks!");
  await walrus.say("catch me first");
  await glideAbout([first, ...others]);
  await first.sees("something worth a picture", isLively);
  await first.page.screenshot({ path: `${images}game.png` });
}

/** Some thrust, some rudder, everybody shooting: towards the middle and round about. */
async function glideAbout(windows: readonly DemoWindow[]): Promise<void> {
  for (const [index, { page }] of windows.entries()) {
    await page.keyboard.down("ArrowUp");
    await page.keyboard.down("Space");
    await page.keyboard.down(index % 2 === 0 ? "ArrowLeft" : "ArrowRight");
  }
  for (const { page } of windows) await page.keyboard.up("ArrowUp");
}

/** Everybody is there, in the thick of it, and none so far out that the camera must leave somebody behind. */
function isLively({ round, players: seen, bolts }: FloeState): boolean {
  const near = seen.filter(({ pose }) => pose?.alive === true && Math.hypot(pose.x, pose.y) < round.floeRadius * 0.7);
  const hurt = seen.filter(({ pose }) => (pose?.damage ?? 0) > 0);
  return round.phase === "playing" && near.length === seen.length && bolts >= 4 && hurt.length >= 1;
}

const browser = await launchChromium(drawingFlags);
const demo = await startDemoProcess(null);
try {
  await mkdir(images, { recursive: true });
  await play(browser, demo.matched);
  console.log("docs/images/lobby.png and docs/images/game.png are new");
} finally {
  await browser.close();
  await demo.kill();
}
