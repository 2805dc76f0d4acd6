import { afterAll, describe, expect, test } from "vitest";
import { VERSION } from "../../demo/net/messages.ts";
import { freePort } from "../support/free-port.ts";
import { RawLobbyClient } from "../support/raw-lobby-client.ts";
import { type RunningProgram, startDemoProcess, startLobbyProcess } from "./demo-servers.ts";
import { type DemoWindow, type FloeState, poseIn } from "./demo-window.ts";
import { DemoWindows } from "./demo-windows.ts";

let lobby: RunningProgram;
let lobbyPort: number;

const windows = new DemoWindows(async () => {
  lobbyPort = await freePort();
  lobby = await startLobbyProcess(lobbyPort);
  return startDemoProcess(`http://127.0.0.1:${lobbyPort}`);
});

afterAll(() => lobby?.kill());

const open = (name: string, path = ""): Promise<DemoWindow> => windows.open(name, path);

const isPlaying = ({ round }: FloeState): boolean => round.phase === "playing";

/** Holds a key in one window until both windows have seen its craft go somewhere. */
async function movesForBoth(mover: DemoWindow, id: number, watcher: DemoWindow): Promise<void> {
  const before = [await mover.poseOf(id), await watcher.poseOf(id)] as const;
  const moved = (from: (typeof before)[number]) => (state: FloeState) => {
    const pose = poseIn(state.players, id);
    return pose !== null && Math.hypot(pose.x - from.x, pose.y - from.y) > 40;
  };
  await mover.page.keyboard.down("ArrowUp");
  await mover.sees("its own craft move", moved(before[0]));
  await watcher.sees(`${mover.name}'s craft move`, moved(before[1]));
  await mover.page.keyboard.up("ArrowUp");
}

describe("the demo in real windows", () => {
  test("two players meet in the list, see each other move, and talk; a third comes by link, leaves and comes back", async () => {
    const ann = await open("Ann");
    const bob = await open("Bob");
    const { code, selfId: annId } = await ann.createGame("Ann's <b>ice</b>");
    expect(annId).toBe(1);

    const row = bob.page.locator(`.lobby-row[data-code="${code}"]`);
    await row.waitFor();
    expect(await row.textContent()).toContain("Ann's <b>ice</b>");
    expect(await row.textContent()).toContain("1/8");
    await row.locator("button").click();
    const { selfId: bobId } = await bob.connectedTo(annId);
    await ann.connectedTo(bobId);

    await Promise.all([ann.sees("the round begin", isPlaying), bob.sees("the round begin", isPlaying)]);
    await movesForBoth(ann, annId, bob);
    await movesForBoth(bob, bobId, ann);

    await bob.say("hello <i>Ann</i>");
    const heard = ({ chat }: FloeState): boolean =>
      chat.at(-1)?.text === "hello <i>Ann</i>" && chat.at(-1)?.name === "Bob";
    await Promise.all([ann.sees("the line", heard), bob.sees("its own line", heard)]);
    expect(await ann.page.locator(".chat-log i").count()).toBe(0);

    const cid = await open("Cid", `?join=${code}`);
    await cid.page.click(".invitation button");
    const { selfId: cidId, round } = await cid.connectedTo(annId, bobId);
    expect(round.players.find(({ id }) => id === cidId)?.inRound ?? false).toBe(false);
    await Promise.all([ann.connectedTo(bobId, cidId), bob.connectedTo(annId, cidId)]);
    const newest = await cid.sees("the round that is on", isPlaying);
    const host = await ann.playing();
    expect(newest.round.seed).toBe(host.round.seed);
    await ann.sees("Cid on the list", ({ notices }) => notices.includes("Cid joined"));

    await cid.leave();
    await Promise.all([ann.connectedTo(bobId), bob.connectedTo(annId)]);
    await bob.sees("that Cid left", ({ notices }) => notices.includes("Cid left"));
    await cid.joinByCode(` ${code.slice(0, 2)}-${code.slice(2).toLowerCase()}`);
    const again = await cid.connectedTo(annId, bobId);
    expect(again.selfId).not.toBe(cidId);
    await Promise.all([ann.connectedTo(bobId, again.selfId), bob.connectedTo(annId, again.selfId)]);
    for (const window of windows.all) {
      const { counters, peers } = await window.playing();
      expect(counters).toMatchObject({ refused: 0, overBudget: 0 });
      expect(peers.map(({ faults }) => faults)).toEqual([{}, {}]);
    }

    // A page that is simply closed might be loaded again: it is waited for.
    await cid.page.goto("about:blank");
    const gone = ({ notices }: FloeState): boolean => notices.includes("Cid is gone: the connection was lost");
    await Promise.all([ann.sees("Cid go", gone), bob.sees("Cid go", gone)]);
    await Promise.all([ann.connectedTo(bobId), bob.connectedTo(annId)]);
  });

  test("the host locks, unlocks and kicks; when it leaves, who came next carries the round on", async () => {
    const [ann, bob, cid, dan] = await Promise.all(["Ann", "Bob", "Cid", "Dan"].map((name) => open(name)));
    if (!ann || !bob || !cid || !dan) throw new Error("four windows");
    const { code } = await ann.createGame("Lock and key");
    const { selfId: bobId } = await bob.joinByCode(code);
    // Who came first is next: by when they were connected, not by when they asked.
    await ann.connectedTo(bobId);
    const { selfId: cidId } = await cid.joinByCode(code);
    await ann.connectedTo(bobId, cidId);

    await ann.page.click(".lobby-card >> text=Lock");
    await bob.sees("the lock", ({ locked }) => locked);
    await dan.page.fill("[name=code]", code);
    await dan.page.press("[name=code]", "Enter");
    await dan.page.waitForSelector(".lobby-notice >> text=locked");
    await ann.page.click(".lobby-card >> text=Unlock");
    await bob.sees("that it is open again", ({ locked }) => !locked);
    const { selfId: danId } = await dan.joinByCode(code);
    await Promise.all([dan.connectedTo(1, bobId, cidId), cid.connectedTo(1, bobId, danId)]);

    await ann.page.click(".player-list .fold");
    await ann.page.click(`.player-list [data-peer="${danId}"] .kick`, { force: true });
    await ann.page.click("dialog [type=submit]");
    await dan.page.waitForSelector(".lobby-notice >> text=The host removed you");
    await Promise.all([ann.connectedTo(bobId, cidId), bob.connectedTo(1, cidId), cid.connectedTo(1, bobId)]);
    await bob.sees("that Dan was kicked", ({ notices }) => notices.includes("Dan was kicked"));

    await Promise.all([bob, cid].map((window) => window.sees("the round begin", isPlaying)));
    const before = await bob.playing();
    await ann.leave();
    const heir = ({ hostId, peers }: FloeState): boolean => hostId === bobId && peers.length === 1;
    await Promise.all([bob.sees("the new host", heir), cid.sees("the new host", heir)]);
    const goesOn = ({ round }: FloeState): boolean =>
      round.match === before.round.match && round.players.length === 2 && round.roundMs > before.round.roundMs;
    const after = await Promise.all([bob.sees("the round go on", goesOn), cid.sees("the round go on", goesOn)]);
    for (const { round } of after) expect(round.seed).toBe(before.round.seed);

    // The guest drives into the water, and the new host's page says who has won.
    await bob.page.waitForSelector(".lobby-card >> text=Lock");
    await cid.page.keyboard.down("ArrowDown");
    const won = ({ round }: FloeState): boolean => round.players.some(({ id, score }) => id === bobId && score === 1);
    await Promise.all([bob.sees("the new host win", won), cid.sees("the new host win", won)]);
    await cid.page.keyboard.up("ArrowDown");
    await cid.sees("another round under the new host", ({ round }) => round.round === before.round.round + 1);
  });

  test("a host whose page hangs is replaced, and goes on as a guest, in the same round as all, when it comes back", async () => {
    const [ann, bob, cid] = await Promise.all(["Ann", "Bob", "Cid"].map((name) => open(name)));
    if (!ann || !bob || !cid) throw new Error("three windows");
    const { code } = await ann.createGame("Brain freeze");
    const { selfId: bobId } = await bob.joinByCode(code);
    const { selfId: cidId } = await cid.joinByCode(code);
    await Promise.all([ann.connectedTo(bobId, cidId), bob.connectedTo(1, cidId), cid.connectedTo(1, bobId)]);
    await Promise.all([ann, bob, cid].map((window) => window.sees("the round begin", isPlaying)));

    const hang = ann.hang(9_000);
    const replaced = ({ hostId }: FloeState): boolean => hostId !== 1 && hostId !== 0;
    const [next] = await Promise.all([bob, cid].map((window) => window.sees("another host", replaced)));
    await hang;
    const back = ({ hostId, peers }: FloeState): boolean => hostId === next?.hostId && peers.length === 2;
    const states = await Promise.all([ann, bob, cid].map((window) => window.sees("Ann among them", back)));
    for (const { counters, peers } of states) {
      expect(counters).toMatchObject({ overBudget: 0 });
      for (const { faults } of peers) expect(faults).not.toHaveProperty("malformed-frame");
    }
    // Who hung is out of the round, and in the next one.
    const again = ({ round }: FloeState): boolean =>
      round.players.length === 3 && round.players.every((it) => it.alive);
    for (const { page } of [bob, cid]) await page.keyboard.down("ArrowDown");
    await Promise.all([ann, bob, cid].map((window) => window.sees("a round with everybody", again)));
  });

  test("the game is heard once the visitor has clicked, and no browser has to hold it back", async () => {
    const ann = await open("Ann");
    await ann.page.evaluate(() => {
      const made: AudioContext[] = [];
      const Real = window.AudioContext;
      window.AudioContext = class extends Real {
        constructor() {
          super();
          made.push(this);
        }
      };
      Object.assign(window, { contextStates: () => made.map(({ state }) => state) });
    });
    const states = (): Promise<string[]> =>
      ann.page.evaluate(() => (window as unknown as { contextStates: () => string[] }).contextStates());
    expect(await states()).toEqual([]);
    await ann.page.click("text=Practise alone");
    await ann.page.waitForSelector(".game canvas");
    await expect.poll(states).toEqual(["running"]);
    await ann.leave();
    await expect.poll(states).toEqual(["closed"]);
  });

  test("a hidden tab goes on: it plays, hosts while nobody else can, and lets newcomers in", async () => {
    const ann = await open("Ann");
    const bob = await open("Bob");
    const { code } = await ann.createGame("Out of sight");
    await ann.hide();
    const { selfId: bobId } = await bob.joinByCode(code);
    await bob.connectedTo(1);
    await ann.connectedTo(bobId);
    await Promise.all([ann, bob].map((it) => it.sees("a host who is looking", ({ hostId }) => hostId === bobId)));
    const { round } = await bob.sees("the round", isPlaying);
    const before = (await bob.playing()).counters["posesTaken"] ?? 0;
    await bob.sees("its poses", ({ counters }) => (counters["posesTaken"] ?? 0) > before + 20);
    // Backwards: before it is Ann's craft, and who pushes the other off first is anybody's guess.
    await bob.page.keyboard.down("ArrowDown");
    await bob.sees("the next round", ({ round: next }) => next.round > round.round);
  });

  test("the lobby server dies and comes back while the game goes on, under its code", async () => {
    const [ann, bob, cid, dan] = await Promise.all(["Ann", "Bob", "Cid", "Dan"].map((name) => open(name)));
    if (!ann || !bob || !cid || !dan) throw new Error("four windows");
    const { code } = await ann.createGame("Standing ice");
    const { selfId: bobId } = await bob.joinByCode(code);
    const { selfId: cidId } = await cid.joinByCode(code);
    await Promise.all([ann.connectedTo(bobId, cidId), bob.connectedTo(1, cidId), cid.connectedTo(1, bobId)]);
    // Who opens the lobby again need not be its founder.
    await ann.leave();
    await Promise.all([bob.connectedTo(cidId), cid.connectedTo(bobId)]);

    await lobby.kill();
    await Promise.all([bob, cid].map((it) => it.sees("that the server is gone", ({ held }) => held !== null)));
    await dan.page.waitForSelector(".lobby-list[data-state=unreachable] >> text=Trying again in");
    await Promise.all([bob, cid].map((it) => it.sees("a round", isPlaying)));
    await movesForBoth(bob, bobId, cid);
    await bob.say("still here");
    await cid.sees("the line", ({ chat }) => chat.at(-1)?.text === "still here");

    lobby = await startLobbyProcess(lobbyPort);
    const back = ({ code: now, held, lobbyState }: FloeState): boolean =>
      now === code && held === null && lobbyState === "open";
    await Promise.all([bob, cid].map((it) => it.sees("the server's return", back)));
    for (const window of [bob, cid]) {
      const { notices } = await window.connectedTo(window === bob ? cidId : bobId);
      expect(notices).toContain("The lobby server is back");
    }

    await dan.page.waitForSelector(`.lobby-row[data-code="${code}"]`);
    const { selfId: danId } = await dan.joinByCode(code);
    await Promise.all([dan.connectedTo(bobId, cidId), bob.connectedTo(cidId, danId), cid.connectedTo(bobId, danId)]);
    await dan.sees("the round", ({ round }) => round.players.length === 3);
  });

  test("who met nobody before the server lost the game opens it again for all, and the host is host", async () => {
    const ann = await open("Ann");
    const bob = await open("Bob");
    const { code } = await ann.createGame("Out of reach");
    await bob.page.evaluate(() => Reflect.deleteProperty(window, "RTCPeerConnection"));
    const { selfId: bobId } = await bob.joinByCode(code);
    await lobby.kill();
    await Promise.all([ann, bob].map((it) => it.sees("that the server is gone", ({ held }) => held !== null)));
    lobby = await startLobbyProcess(lobbyPort);
    await Promise.all([ann, bob].map((it) => it.sees("the server's return", (state) => state.held === null)));
    const { hostId } = await ann.sees("both", (state) => state.code === code && state.players.length > 0);
    expect([hostId, bobId !== hostId]).toEqual([1, true]);
    const row = ann.page.locator(`.lobby-row[data-code="${code}"]`);
    expect(await row.count()).toBeLessThanOrEqual(1);
  });

  test("what a game says of itself in the list is one plain line", async () => {
    const status = `\u202e${"<b>evil</b>\n".repeat(40)}`;
    const liar = await RawLobbyClient.create(`http://127.0.0.1:${lobbyPort}`, {
      gameId: `tickmesh.floe/${VERSION}`,
      name: "\u200b",
      metadata: { status },
    });
    const ann = await open("Ann");
    const row = ann.page.locator(`.lobby-row[data-code="${liar.code}"] .lobby-name`);
    await row.waitFor();
    expect(await row.locator(":scope > b").textContent()).toBe(liar.code);
    expect(await row.locator("small").textContent()).toBe("<b>evil</b> <b>evil</b> <b>evil<");
    liar.leave();
  });
});
