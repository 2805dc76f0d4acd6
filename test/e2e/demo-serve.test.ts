import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "../support/chromium.ts";
import { freePort } from "../support/free-port.ts";
import { type RunningProgram, startDemoProcess } from "./demo-servers.ts";
import { DemoWindow, drawingFlags, type FloeState } from "./demo-window.ts";

let browser: Browser;
let demo: RunningProgram;

beforeAll(async () => {
  browser = await launchChromium(drawingFlags);
});

afterAll(async () => {
  await browser?.close();
  await demo?.kill();
});

/** A page that is loaded again forgets this. */
function mark({ page }: DemoWindow): Promise<void> {
  return page.evaluate(() => void Object.assign(window, { isMarked: true }));
}

function isMarked({ page }: DemoWindow): Promise<boolean> {
  return page.evaluate(() => "isMarked" in window);
}

test("what serves page and lobby is killed and started again: the game goes on in both windows, under its code", async () => {
  const port = await freePort();
  demo = await startDemoProcess(null, port);
  const [ann, bob] = await Promise.all(["Ann", "Bob"].map((name) => DemoWindow.open(browser, demo.matched, name)));
  if (!ann || !bob) throw new Error("two windows");
  const { code, selfId: annId } = await ann.createGame("Standing ice");
  const { selfId: bobId } = await bob.joinByCode(code);
  await Promise.all([ann.connectedTo(bobId), bob.connectedTo(annId)]);
  await Promise.all([mark(ann), mark(bob)]);

  await demo.kill();
  await Promise.all([ann, bob].map((it) => it.sees("that the server is gone", ({ held }) => held !== null)));
  demo = await startDemoProcess(null, port);
  const back = ({ code: now, held, lobbyState }: FloeState): boolean =>
    now === code && held === null && lobbyState === "open";
  await Promise.all([ann, bob].map((it) => it.sees("the server's return", back)));
  for (const window of [ann, bob]) {
    expect(await isMarked(window)).toBe(true);
    expect(window.errors).toEqual([]);
  }
  await Promise.all([ann.connectedTo(bobId), bob.connectedTo(annId)]);
  await Promise.all([ann, bob].map((it) => it.sees("the round", ({ round }) => round.phase === "playing")));
  await ann.say("still here");
  await bob.sees("the line", ({ chat }) => chat.at(-1)?.text === "still here");

  const said: string[] = [];
  ann.page.on("console", (message) => said.push(message.text()));
  await ann.reload();
  await Promise.all([ann.connectedTo(bobId), bob.connectedTo(annId)]);
  expect(said.filter((line) => line.includes("tickmesh"))).toEqual([]);
  await Promise.all([ann.close(), bob.close()]);
});

test("the name and colour that a visitor was given stay when the page is loaded again; nothing is missing on it", async () => {
  demo ??= await startDemoProcess(null);
  const page = await browser.newPage();
  const missing: string[] = [];
  page.on("response", (response) => {
    if (response.status() >= 400) missing.push(response.url());
  });
  const given = async (): Promise<readonly string[]> => {
    await page.waitForSelector(".lobby-list[data-state=live]");
    return [await page.inputValue("#player-name"), await page.inputValue("[name=colour]:checked")];
  };
  await page.goto(demo.matched);
  const first = await given();
  await page.reload();
  expect(await given()).toEqual(first);
  await page.press("[name=code]", "Enter");
  await page.waitForSelector(".lobby-notice >> text=Type a code first");
  expect(missing).toEqual([]);
  await page.close();
});

test("a wrong option is named, with what it may be, in a line or two", () => {
  const serve = fileURLToPath(new URL("../../demo/serve.ts", import.meta.url));
  for (const [args, words] of [
    [["--port", "abc"], "--port abc: is no whole number from 0 to 65535\nSee --help."],
    [["--ice-servers", "foo"], '--ice-servers foo: is neither JSON nor "none"\nSee --help.'],
    [["--lobby", "foo"], "--lobby foo: is no http: or https: address"],
    [["--prot", "1"], "Unknown option '--prot'\nSee --help."],
  ] as const) {
    const { status, stderr } = spawnSync(process.execPath, [serve, ...args], { encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 1, stderr: `The demo did not start: ${words}\n` });
  }
});
