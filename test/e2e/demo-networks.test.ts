import { describe, expect, test } from "vitest";
import { freePort } from "../support/free-port.ts";
import { TurnProcess } from "../support/turn-process.ts";
import { until } from "../support/until.ts";
import { startDemoProcess, startLobbyProcess } from "./demo-servers.ts";
import type { DemoWindow, FloeState } from "./demo-window.ts";
import { DemoWindows } from "./demo-windows.ts";

const windows = new DemoWindows();
/** A window where the list of players is open. */
const wide = { width: 800, height: 560 };

const isPlaying = ({ round }: FloeState): boolean => round.phase === "playing";

const scoreOf = (id: number, { round }: FloeState): number | undefined =>
  round.players.find((player) => player.id === id)?.score;

/** Ann, who is host, and Bob are in a game; both want the same colour. Ann has won a round. */
async function annLeads(): Promise<{ ann: DemoWindow; bob: DemoWindow; annId: number; bobId: number; code: string }> {
  const [ann, bob] = [await windows.open("Ann"), await windows.open("Bob")];
  for (const { page } of [ann, bob]) await page.check("[name=colour] >> nth=2", { force: true });
  const { code, selfId: annId } = await ann.createGame("Rough sea");
  const { selfId: bobId } = await bob.joinByCode(code);
  await Promise.all([ann.connectedTo(bobId), bob.connectedTo(annId)]);
  await bob.sees("the round begin", isPlaying);
  // Backwards: the other one is before it.
  await bob.page.keyboard.down("ArrowDown");
  const leads = (state: FloeState): boolean => scoreOf(annId, state) === 1;
  await Promise.all([ann, bob].map((window) => window.sees("Ann win", leads)));
  await bob.page.keyboard.up("ArrowDown");
  return { ann, bob, annId, bobId, code };
}

const looksOf = (id: number, { players }: FloeState): object => {
  const { name, colour } = players.find((player) => player.id === id) ?? {};
  return { name, colour };
};

/** Waits until a window's list says so of a player. */
function shows(window: DemoWindow, id: number, state: string, words: RegExp): Promise<unknown> {
  const ask = async (): Promise<unknown> => {
    const listed = await window.listed(id);
    return listed.state === state && words.test(listed.words) ? listed : null;
  };
  return until(ask, { deadlineMs: 30_000, what: `${window.name} shows ${id} as ${state} ${words}` });
}

describe("the demo on real networks", () => {
  test("a page that is loaded again is the same player, with what it has won; a host hands over before", async () => {
    const { ann, bob, annId, bobId, code } = await annLeads();
    const before = await bob.playing();
    const bobsLook = looksOf(bobId, before);
    const annsLook = looksOf(annId, before);
    expect(bobsLook).not.toMatchObject({ colour: (annsLook as { colour: number }).colour });

    const reloading = ann.page.reload();
    await bob.sees("that it is host", ({ hostId }) => hostId === bobId);
    await reloading;
    const again = await ann.connectedTo(bobId);
    expect(again).toMatchObject({ selfId: annId, code });
    await bob.sees("Ann come back", ({ notices, peers }) => notices.includes("Ann is back") && peers.length === 1);
    for (const window of [ann, bob]) {
      const state = await window.sees("the score", (it) => scoreOf(annId, it) === 1);
      expect(state).toMatchObject({ hostId: bobId, members: expect.arrayContaining([annId, bobId]) });
      expect(looksOf(annId, state)).toEqual(annsLook);
    }

    // And the other one, who is host now, and whose colour is not the one that it had chosen.
    await bob.page.reload();
    await Promise.all([ann.connectedTo(bobId), bob.connectedTo(annId)]);
    for (const window of [ann, bob]) {
      const state = await window.sees("Ann as host, and her score", (it) => {
        return it.hostId === annId && scoreOf(annId, it) === 1 && scoreOf(bobId, it) !== undefined;
      });
      expect(looksOf(bobId, state)).toEqual(bobsLook);
    }
    // Who leaves is somebody new.
    await bob.leave();
    await bob.page.reload();
    await bob.page.waitForSelector(".lobby-list[data-state=live]");
    expect(await bob.page.evaluate(() => (window as unknown as { floe: { mode: string } }).floe.mode)).toBe("lobby");
  });

  test("two tabs on one seat: the newer plays on, and the older says so", async () => {
    const { ann, bob, annId, bobId } = await annLeads();
    const twin = await bob.duplicate();
    windows.add(twin);
    const state = await twin.connectedTo(annId);
    expect(state.selfId).toBe(bobId);
    await bob.page.waitForSelector(".lobby-notice >> text=You play on in another window");
    await ann.connectedTo(bobId);
    await twin.say("it is me");
    await ann.sees("the line", ({ chat }) => chat.at(-1)?.name === "Bob");
    // The older one does not fight for it.
    await bob.page.reload();
    await bob.page.waitForSelector(".lobby-list[data-state=live]");
    expect((await twin.connectedTo(annId)).selfId).toBe(bobId);
  });

  for (const [title, goes] of [
    ["closes its tab", (window: DemoWindow) => window.page.close()],
    ["crashes", (window: DemoWindow) => window.crash()],
  ] as const) {
    test(`the game goes on when the host ${title}, with its round and its scores`, async () => {
      const { ann, bob, annId, bobId, code } = await annLeads();
      const cid = await windows.open("Cid");
      const { selfId: cidId } = await cid.joinByCode(code);
      await Promise.all([cid.connectedTo(annId, bobId), bob.connectedTo(annId, cidId)]);
      const isRunning = ({ round }: FloeState): boolean => round.players.length === 3 && round.phase === "playing";
      const before = await cid.sees("a round with all three", isRunning);
      await goes(ann);
      const isOn = ({ hostId, round }: FloeState): boolean =>
        hostId === bobId && round.match === before.round.match && round.round === before.round.round;
      const states = await Promise.all([bob, cid].map((it) => it.sees("the round go on under another host", isOn)));
      for (const state of states) expect(scoreOf(annId, state)).toBe(1);
      await bob.page.waitForSelector(".lobby-card >> text=Lock");
      const gone = ({ notices, peers, round }: FloeState): boolean =>
        notices.includes("Ann is gone: the connection was lost") && peers.length === 1 && round.players.length === 2;
      await Promise.all([bob, cid].map((window) => window.sees("that Ann is gone", gone)));
      await cid.page.keyboard.down("ArrowDown");
      await cid.sees("another round", ({ round }) => round.round === before.round.round + 1);
    });
  }

  test("the list says which way each player is reached, and who is silent", async () => {
    const [ann, bob, cid] = [
      await windows.open("Ann", "", wide),
      await windows.open("Bob", "", wide),
      await windows.open("Cid", "?path=relay"),
    ];
    const { code, selfId: annId } = await ann.createGame("Three ways");
    const { selfId: bobId } = await bob.joinByCode(code);
    const { selfId: cidId } = await cid.joinByCode(code);
    await Promise.all([ann.connectedTo(bobId, cidId), cid.connectedTo(annId, bobId)]);
    await shows(ann, bobId, "connected", /^(<1|\d+) ms.* direct$/);
    await shows(ann, cidId, "connected", /^\d+ ms.* relay$/);
    await shows(bob, cidId, "connected", /^\d+ ms.* relay$/);
    const hang = bob.hang(4_000);
    await shows(ann, bobId, "unstable", /^reconnecting…$/);
    await hang;
    await shows(ann, bobId, "connected", /^(<1|\d+) ms.* direct$/);
    expect((await ann.connectedTo(bobId, cidId)).notices).not.toContain("Bob is back");
  });

  test("who hides behind a TURN server is listed so", async () => {
    const secret = "known to both servers";
    const port = await freePort();
    const turn = await TurnProcess.relaying(secret);
    const flags = ["--turn-urls", turn.url, "--turn-secret", secret, "--relay", "false"];
    const lobby = await startLobbyProcess(port, flags);
    const other = await startDemoProcess(`http://127.0.0.1:${port}`);
    try {
      const ann = await windows.open("Ann", "?path=relay", wide, other.matched);
      const bob = await windows.open("Bob", "?path=relay", wide, other.matched);
      const { code, selfId: annId } = await ann.createGame("Behind the hill");
      const { selfId: bobId } = await bob.joinByCode(code);
      await Promise.all([ann.connectedTo(bobId), bob.connectedTo(annId)]);
      await shows(ann, bobId, "connected", /^(<1|\d+) ms.* TURN$/);
      await shows(bob, annId, "connected", /^(<1|\d+) ms.* TURN$/);
    } finally {
      await Promise.all([turn.end(), lobby.kill(), other.kill()]);
    }
  });
});
