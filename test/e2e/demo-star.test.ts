import { expect, test } from "vitest";
import type { DemoWindow, FloeState } from "./demo-window.ts";
import { DemoWindows } from "./demo-windows.ts";

const windows = new DemoWindows();
const small = { width: 360, height: 280 };
const wide = { width: 800, height: 560 };

/** Whether of everybody whom this page reaches, those and no others are reached through a hub. */
const reaches =
  (...byHub: readonly number[]) =>
  ({ peers }: FloeState): boolean =>
    peers.every(({ id, path }) => (path === "hub") === byHub.includes(id));

test("S90, S92 five in a star: two meet through the host, play on through the next one when it closes its tab, and are met again when they reload", async () => {
  const names = ["Ann", "Bob", "Cid", "Dan", "Eve"];
  const all: DemoWindow[] = [];
  // Where Dan sits there is room for the list of players.
  for (const name of names) all.push(await windows.open(name, "", name === "Dan" ? wide : small));
  const [ann, bob, cid, dan, eve] = all as [DemoWindow, DemoWindow, DemoWindow, DemoWindow, DemoWindow];
  const { code, selfId: annId } = await ann.createGame("Starfish", "", true);
  const ids = [annId];
  for (const window of [bob, cid, dan, eve]) {
    ids.push((await window.joinByCode(code)).selfId);
    await window.connectedTo(...ids.slice(0, -1));
  }
  const [, bobId, cidId, danId, eveId] = ids as [number, number, number, number, number];
  await Promise.all(all.map((window, i) => window.connectedTo(...ids.filter((_, other) => other !== i))));
  // The host and its two deputies are connected to everybody.
  await dan.sees("Eve through a hub", reaches(eveId));
  await eve.sees("Dan through a hub", reaches(danId));
  for (const hub of [ann, bob, cid]) await hub.sees("everybody on its own connections", reaches());
  await dan.page.waitForSelector(`[data-peer="${eveId}"] .path >> text=via Ann`);
  await dan.say("hello across");
  await eve.sees("the line", ({ chat }) => chat.at(-1)?.text === "hello across");

  const before = await eve.sees("a round with all five", ({ round }) => {
    return round.players.length === 5 && round.phase === "playing";
  });
  await ann.page.close();
  const left = [bob, cid, dan, eve];
  const isOn = ({ hostId, round }: FloeState): boolean =>
    [bobId, cidId].includes(hostId) && round.match === before.round.match;
  await Promise.all(left.map((window) => window.sees("the game go on under a deputy", isOn)));
  await eve.say("still across");
  await dan.sees("the line", ({ chat }) => chat.at(-1)?.text === "still across");
  await Promise.all(left.map((window, i) => window.connectedTo(...ids.slice(1).filter((_, other) => other !== i))));
  for (const window of left) {
    const { notices } = await window.playing();
    expect(notices.filter((notice) => / left| is gone/.test(notice))).toEqual(["Ann is gone: the connection was lost"]);
  }

  await eve.reload();
  await dan.sees("Eve come back", ({ notices }) => notices.includes("Eve is back"));
  expect((await eve.connectedTo(bobId, cidId, danId)).selfId).toBe(eveId);
  await eve.say("here again");
  await dan.sees("the line", ({ chat }) => chat.at(-1)?.text === "here again");
});
