import { describe, expect, test } from "vitest";
import { type DemoWindow, type FloeState, poseIn } from "./demo-window.ts";
import { DemoWindows } from "./demo-windows.ts";

const windows = new DemoWindows();

/** Whether simple-peer came over the wire, and whether it made the connection to a peer: it alone listens in this way. */
function simplePeerIn(window: DemoWindow, peerId: number): Promise<{ loaded: boolean; used: boolean }> {
  return window.page.evaluate((id) => {
    interface Shown {
      readonly floe: {
        readonly game: {
          readonly lobby: {
            readonly peer: { getPeer(id: number): { readonly connection: { getNative(): RTCPeerConnection } } };
          };
        };
      };
    }
    const { floe } = window as unknown as Shown;
    const native = floe.game.lobby.peer.getPeer(id).connection.getNative();
    return {
      loaded: performance.getEntriesByType("resource").some(({ name }) => /simple-?peer/i.test(name)),
      used: native.oniceconnectionstatechange !== null,
    };
  }, peerId);
}

const isPlaying = ({ round }: FloeState): boolean => round.phase === "playing";

describe("the demo on other backends", () => {
  for (const [title, annsLink, bobsLink] of [
    ["one window on simple-peer and one on the default play together", "?backend=simple-peer", ""],
    ["two windows on simple-peer play together", "?backend=simple-peer", "?backend=simple-peer"],
  ] as const) {
    test(title, async () => {
      const [ann, bob] = [await windows.open("Ann", annsLink), await windows.open("Bob", bobsLink)];
      const { code, selfId: annId } = await ann.createGame("Mixed ice");
      const { selfId: bobId } = await bob.joinByCode(code);
      await Promise.all([ann.connectedTo(bobId), bob.connectedTo(annId)]);
      for (const [window, link, otherId] of [
        [ann, annsLink, bobId],
        [bob, bobsLink, annId],
      ] as const) {
        const isOnSimplePeer = link.endsWith("simple-peer");
        expect(await simplePeerIn(window, otherId)).toEqual({ loaded: isOnSimplePeer, used: isOnSimplePeer });
        const shown = window.page.locator(".lobby-card .backend");
        expect(await shown.isVisible()).toBe(link !== "");
        if (link !== "") expect(await shown.textContent()).toBe(`connections: ${link.slice("?backend=".length)}`);
      }

      await Promise.all([ann.sees("the round begin", isPlaying), bob.sees("the round begin", isPlaying)]);
      for (const [mover, id, watcher] of [
        [ann, annId, bob],
        [bob, bobId, ann],
      ] as const) {
        const from = await watcher.poseOf(id);
        await mover.page.keyboard.down("ArrowUp");
        await watcher.sees(`${mover.name}'s craft move`, ({ players }) => {
          const pose = poseIn(players, id);
          return pose !== null && Math.hypot(pose.x - from.x, pose.y - from.y) > 40;
        });
        await mover.page.keyboard.up("ArrowUp");
      }
      await bob.say("well met");
      await ann.sees("the line", ({ chat }) => chat.at(-1)?.text === "well met");

      await bob.leave();
      await ann.connectedTo();
      await ann.sees("that Bob left", ({ notices }) => notices.includes("Bob left"));
    });
  }
});
