import { seededRandom } from "../../src/base/random.ts";
import { joinTabs } from "../../src/signalling/broadcast-channel-signaller.ts";
import { InMemorySignalling } from "../../src/signalling/in-memory-signalling.ts";
import type { Signaller } from "../../src/signalling/signaller.ts";
import { VirtualNetwork } from "../../src/simulator/network/virtual-network.ts";
import { VirtualSignalling } from "../../src/simulator/network/virtual-signalling.ts";
import type { SignallerGroup } from "../contract/signaller-contract.ts";
import { ManualClock } from "./manual-clock.ts";

let groups = 0;

/** A group of its own, between tabs that are all this one. The clock runs a second each time somebody vanishes. */
export function tabGroup(): SignallerGroup {
  groups += 1;
  const group = `test ${groups}`;
  const clock = new ManualClock();
  const random = seededRandom(groups);
  const tabs = new Map<number, Signaller>();
  let timer: ReturnType<typeof setInterval> | undefined;
  return {
    join: async () => {
      const tab = joinTabs({ group, clock, random });
      tabs.set(tab.localId, tab);
      return tab;
    },
    lose: (id) => {
      crash(tabs.get(id) as Signaller);
      timer = setInterval(() => clock.advance(1_000), 20);
    },
    dispose: () => clearInterval(timer),
  };
}

/** Makes a signaller as silent as a tab that crashed: what it posts goes nowhere, what it hears is not answered. */
function crash(tab: Signaller): void {
  const post = BroadcastChannel.prototype.postMessage;
  BroadcastChannel.prototype.postMessage = () => {};
  tab.close();
  BroadcastChannel.prototype.postMessage = post;
}

export function inMemoryGroup(): SignallerGroup {
  const group = new InMemorySignalling();
  let lastId = 0;
  return {
    join: async () => {
      lastId += 1;
      return group.join(lastId);
    },
    kick: (id) => group.kick(id),
    lose: (id) => group.interrupt(id),
    goDown: () => group.goDown(),
    comeUp: () => group.comeUp(),
    dispose: () => {},
  };
}

/** On a virtual network, whose time passes with the real one, some times as fast. */
export function virtualGroup(): SignallerGroup {
  const network = new VirtualNetwork({ seed: 3 });
  const group = new VirtualSignalling(network, { line: { latencyMs: 8, jitterMs: 20 } });
  const timer = setInterval(() => network.advance(10), 1);
  let lastId = 0;
  return {
    join: async () => {
      lastId += 1;
      const member = group.join(network.addDevice(lastId));
      // Until its word has arrived at the server.
      network.advance(30);
      return member;
    },
    kick: (id) => group.kick(id),
    lose: (id) => group.interrupt(id),
    goDown: () => group.goDown(),
    comeUp: () => group.comeUp(),
    dispose: () => clearInterval(timer),
  };
}
