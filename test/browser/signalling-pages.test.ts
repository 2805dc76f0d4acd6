import { afterEach, expect, test } from "vitest";
import { joinTabs } from "../../src/signalling/broadcast-channel-signaller.ts";
import type { Signaller, SignallerEvent } from "../../src/signalling/signaller.ts";
import { until } from "../support/until.ts";

let groups = 0;
const open: { close(): void }[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

function join(group: string, id: number): { signaller: Signaller; heard: SignallerEvent[]; listen(): void } {
  const signaller = joinTabs({ group, id });
  open.push(signaller);
  const heard: SignallerEvent[] = [];
  const listen = (): void => {
    for (let event = signaller.receive(); event !== undefined; event = signaller.receive()) heard.push(event);
  };
  return { signaller, heard, listen };
}

test("I15 a page that is left says so, from another page of the same origin", async () => {
  const group = `pages ${groups++}`;
  const { heard, listen } = join(group, 5);
  const frame = document.createElement("iframe");
  const source = new URL("../../src/signalling/broadcast-channel-signaller.ts", import.meta.url);
  frame.srcdoc = `<script type="module">
    import { joinTabs } from ${JSON.stringify(source.href)};
    joinTabs({ group: ${JSON.stringify(group)}, id: 6 });
  </script>`;
  document.body.append(frame);
  await until(() => heard.length > 0, { step: listen });
  frame.remove();
  await until(() => heard.length > 1, { step: listen });
  expect(heard).toEqual([
    { kind: "introduced", peerId: 6 },
    { kind: "left", peerId: 6, reason: "left" },
  ]);
});

test("I15 a page that comes back from the browser's cache is introduced anew", async () => {
  const group = `pages ${groups++}`;
  const kept = join(group, 5);
  dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
  // Joined now, so that the page that was hidden is only the other's.
  const watcher = join(group, 6);
  kept.listen();
  expect(kept.heard).toEqual([{ kind: "down", reason: "the page was left" }]);
  dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
  await until(() => watcher.heard.length > 0 && kept.heard.length > 2, {
    step: () => {
      kept.listen();
      watcher.listen();
    },
  });
  expect(watcher.heard).toEqual([{ kind: "introduced", peerId: 5 }]);
  expect(kept.heard.slice(1)).toEqual([{ kind: "up" }, { kind: "introduced", peerId: 6 }]);
});
