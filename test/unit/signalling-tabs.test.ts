import { afterEach, expect, test } from "vitest";
import { seededRandom } from "../../src/base/random.ts";
import { TickmeshError } from "../../src/base/tickmesh-error.ts";
import {
  type BroadcastChannelSignaller,
  type JoinTabsOptions,
  joinTabs,
} from "../../src/signalling/broadcast-channel-signaller.ts";
import { InMemorySignalling } from "../../src/signalling/in-memory-signalling.ts";
import { MAX_QUEUED_EVENTS } from "../../src/signalling/signaller.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { until } from "../support/until.ts";

let groups = 0;
let group = "";
const open: { close(): void }[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

/** A tab, what it heard, and the clock that it goes by. */
class Tab {
  readonly clock = new ManualClock();
  readonly signaller: BroadcastChannelSignaller;
  readonly heard: string[] = [];

  constructor(options: Partial<JoinTabsOptions> = {}) {
    groups += 1;
    this.signaller = joinTabs({ group, clock: this.clock, random: seededRandom(groups), ...options });
    open.push(this.signaller);
  }

  listen(): void {
    for (let event = this.signaller.receive(); event !== undefined; event = this.signaller.receive()) {
      if (event.kind === "introduced") this.heard.push(`+${event.peerId}`);
      else if (event.kind === "left") this.heard.push(`-${event.peerId} ${event.reason}`);
      else if (event.kind === "signal") this.heard.push(`${event.from}: ${event.signal.attempt}`);
      else this.heard.push(event.kind);
    }
  }
}

function newGroup(): void {
  groups += 1;
  group = `tabs ${groups}`;
}

function hear(tabs: readonly Tab[], condition: () => unknown): Promise<unknown> {
  return until(condition, {
    step: () => {
      for (const tab of tabs) tab.listen();
    },
    what: tabs.map((tab) => `${tab.signaller.localId}: ${tab.heard.join(" | ")}`).join("; "),
  });
}

/** All that was posted before has been heard by everybody, and so have the answers, once three letters have gone after it. */
async function delivered(tabs: readonly Tab[]): Promise<void> {
  const [from, to] = [new BroadcastChannel("fence"), new BroadcastChannel("fence")];
  for (let letter = 0; letter < 3; letter++) {
    const arrival = new Promise((resolve) => {
      to.onmessage = resolve;
    });
    from.postMessage(letter);
    await arrival;
  }
  for (const each of [from, to]) each.close();
  for (const tab of tabs) tab.listen();
}

/** Code of the same origin that speaks on the channel. */
function stranger(): { post(message: unknown): void } {
  const channel = new BroadcastChannel(`tickmesh:${group}`);
  open.push(channel);
  return { post: (message) => channel.postMessage(message) };
}

test("I11 of two tabs with one id the later goes down, and the others keep the one they knew", async () => {
  newGroup();
  const [first, other] = [new Tab({ id: 5 }), new Tab({ id: 6 })];
  await hear([first, other], () => first.heard.length + other.heard.length === 2);
  first.clock.advance(1_000);
  const later = new Tab({ id: 5 });
  await hear([first, other, later], () => later.heard.includes("down"));
  await delivered([first, other, later]);
  expect(later.heard.filter((line) => line === "down" || line === "up")).toEqual(["down"]);
  expect([first.heard, other.heard]).toEqual([["+6"], ["+5"]]);
  later.signaller.send(6, { kind: "retry", attempt: 2 });
  first.signaller.send(6, { kind: "retry", attempt: 1 });
  await hear([other], () => other.heard.includes("5: 1"));
  expect(other.heard).toEqual(["+5", "5: 1"]);
});

test("I11 of two tabs that claim one id at the same time, one goes down", async () => {
  newGroup();
  const tabs = [new Tab({ id: 5 }), new Tab({ id: 5 })];
  await hear(tabs, () => tabs.some((tab) => tab.heard.includes("down")));
  await delivered(tabs);
  expect(tabs.filter((tab) => tab.heard.includes("down"))).toHaveLength(1);
  const late = new Tab({ id: 6 });
  await hear([...tabs, late], () => late.heard.includes("+5"));
});

test("I12 what strangers post on the channel is dropped and counted", async () => {
  newGroup();
  const tab = new Tab({ id: 5 });
  const { post } = stranger();
  const token = "0123456789abcdef";
  const posts = [
    "hello",
    null,
    {},
    [],
    { version: 2, kind: "hello", from: 9, token },
    { version: 1, kind: "hello", from: 0, token },
    { version: 1, kind: "hello", from: 9, token: "x" },
    { version: 1, kind: "riddle", from: 9, token },
    { version: 1, kind: "signal", from: 9, token, to: 5, signal: { kind: "retry", attempt: 0 } },
    { version: 1, kind: "taken", from: 5, token },
  ];
  for (const message of posts) post(message);
  await until(() => tab.signaller.dropped === posts.length);
  post({ version: 1, kind: "signal", from: 9, token, to: 6, signal: "not for this one, and not looked at" });
  post({ version: 1, kind: "taken", from: 5, token, toToken: token });
  post({ version: 1, kind: "bye", from: 9, token });
  await delivered([tab]);
  expect(tab.heard).toEqual([]);
  expect(tab.signaller.dropped).toBe(posts.length);
});

test("I12 a flood of strangers is bounded", async () => {
  newGroup();
  const tab = new Tab({ id: 1 });
  const { post } = stranger();
  for (let from = 2; from <= 201; from++) post({ version: 1, kind: "hello", from, token: "0123456789abcdef" });
  await delivered([tab]);
  expect(tab.heard).toHaveLength(64);
  expect(tab.signaller.dropped).toBe(200 - 64);
});

test("I13 bad ids and groups throw", () => {
  newGroup();
  for (const id of [0, -1, 1.5, 2 ** 31, Number.NaN]) {
    expect(() => joinTabs({ group, id })).toThrow(TickmeshError);
    expect(() => new InMemorySignalling().join(id)).toThrow(TickmeshError);
  }
  for (const bad of ["", "x".repeat(65)]) expect(() => joinTabs({ group: bad })).toThrow(TickmeshError);
  const memory = new InMemorySignalling();
  memory.join(1);
  expect(() => memory.join(1)).toThrow("id 1 is taken");
});

test("I14 a tab that crashed is lost after three questions, and may come back under its id", async () => {
  newGroup();
  const [tab, witness] = [new Tab({ id: 5 }), new Tab({ id: 6 })];
  const { post } = stranger();
  post({ version: 1, kind: "hello", from: 9, token: "0123456789abcdef" });
  await hear([tab, witness], () => tab.heard.length === 2 && witness.heard.length === 2);
  for (let second = 1; second <= 5; second++) {
    for (const each of [tab, witness]) each.clock.advance(1_000);
    await delivered([tab, witness]);
    expect(tab.heard).not.toContain("-9 lost");
  }
  tab.clock.advance(1_000);
  await delivered([tab, witness]);
  expect(tab.heard).toContain("-9 lost");
  post({ version: 1, kind: "hello", from: 9, token: "fedcba9876543210" });
  await hear([tab], () => tab.heard.at(-1) === "+9");
  expect(tab.heard.filter((line) => line.includes("6"))).toEqual(["+6"]);
});

test("I14 a tab that was not polled for long loses nobody who is there", async () => {
  newGroup();
  const [sleeper, other] = [new Tab({ id: 5 }), new Tab({ id: 6 })];
  await hear([sleeper, other], () => sleeper.heard.length + other.heard.length === 2);
  for (let night = 0; night < 6; night++) {
    sleeper.clock.advance(3_600_000);
    await delivered([sleeper]);
  }
  expect([sleeper.heard, other.heard]).toEqual([["+6"], ["+5"]]);
});

test("I16 who goes down for not reading comes back once it has read", async () => {
  newGroup();
  const [sender, sleeper] = [new Tab({ id: 5 }), new Tab({ id: 6 })];
  await hear([sender, sleeper], () => sender.heard.length + sleeper.heard.length === 2);
  for (let i = 0; i <= MAX_QUEUED_EVENTS; i++) sender.signaller.send(6, { kind: "retry", attempt: 1 });
  await hear([sender], () => sender.heard.includes("-6 lost"));
  await hear([sender, sleeper], () => sleeper.heard.at(-1) === "+5");
  expect(sleeper.heard.slice(-3)).toEqual(["down", "up", "+5"]);
  expect(sender.heard).toEqual(["+6", "-6 lost", "+6"]);

  const memory = new InMemorySignalling();
  const [a, b] = [memory.join(1), memory.join(2)];
  for (let i = 0; i <= MAX_QUEUED_EVENTS; i++) a.send(2, { kind: "retry", attempt: 1 });
  const heard: string[] = [];
  for (let event = b.receive(); event !== undefined; event = b.receive()) heard.push(event.kind);
  expect(heard.slice(-3)).toEqual(["down", "up", "introduced"]);
  expect(heard).toHaveLength(MAX_QUEUED_EVENTS + 3);
  expect([a.receive(), a.receive(), a.receive()].map((event) => event?.kind)).toEqual([
    "introduced",
    "left",
    "introduced",
  ]);
});
