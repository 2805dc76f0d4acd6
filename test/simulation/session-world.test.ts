import { afterEach, beforeEach, expect, test } from "vitest";
import { setDiagnosticsHandler } from "../../src/base/diagnostics.ts";
import { call, message } from "../../src/session/messages/definition.ts";
import { defineMessages } from "../../src/session/messages/message-table.ts";
import type { Session } from "../../src/session/session.ts";
import { watchWithCheckers } from "../../src/simulator/world/checkers/checkers.ts";
import type { Member } from "../../src/simulator/world/member.ts";
import type { MemberGame } from "../../src/simulator/world/member-game.ts";
import { replay } from "../../src/simulator/world/replay.ts";
import { World } from "../../src/simulator/world/world.ts";
import { until } from "../support/until.ts";

const messages = defineMessages({ chat: message<string>(), score: message<number>(), ask: call<number, number>() });
type Table = typeof messages.definitions;

/** Counts what it is told, and says what its player says. */
class ChatGame implements MemberGame {
  readonly session: Session<Table>;
  readonly heard: string[] = [];
  readonly left: string[] = [];
  readonly answers: unknown[] = [];

  constructor(member: Member) {
    this.session = member.createSession({ game: "chat", version: "1", messages });
    this.session.onMessage("chat", (text, from) => {
      this.heard.push(`${from}: ${text}`);
      if (text === "throw") throw new Error("it was told to");
    });
    this.session.on("peerLeft", (id, reason, words) => this.left.push(`${id} ${reason} ${words}`));
    this.session.onCall("ask", (n) => n + 1);
  }

  tick(tick: number): void {
    if (tick === 200) this.session.send("score", tick);
  }

  input(input: unknown): boolean {
    if (typeof input === "string") return this.session.send("chat", input) > 0;
    this.session.callWith(2, "ask", 1, (_error, answer) => this.answers.push(answer));
    return true;
  }
}

function world(seed = 1): World<ChatGame> {
  const world = new World({ seed, link: { latencyMs: 20 }, game: (member) => new ChatGame(member) });
  watchWithCheckers(world);
  for (const id of [1, 2, 3]) world.join(id);
  world.runUntil(() => world.members.every(({ session }) => session?.peers.length === 2), { withinTicks: 300 });
  return world;
}

beforeEach(() => setDiagnosticsHandler(() => {}));
afterEach(() => setDiagnosticsHandler(null));

test("W82 the world polls and flushes sessions, and who leaves says goodbye by it", () => {
  const all = world();
  expect(all.member(1).session).toBe(all.member(1).game.session);
  expect(() => all.member(1).createSession({ game: "chat", version: "1", messages })).toThrow(/wrong-state|already/);
  all.member(1).game.session.send("chat", "hello");
  all.run(5);
  expect(all.member(2).game.heard).toEqual(["1: hello"]);
  all.member(1).game.session.send("chat", "last words");
  all.leave(1);
  all.run(30);
  expect(all.member(2).game.heard).toEqual(["1: hello", "1: last words"]);
  expect(all.member(2).game.left).toEqual(["1 left "]);
  const kinds = all.network.trace.latest.map(({ kind }) => kind);
  expect(kinds).toContain("hear");
  expect(kinds).toContain("peerLeft");
});

test("W82 what a handler of a session's throws, the step throws as game-threw", () => {
  const all = world();
  all.apply({ kind: "input", peer: 1, input: "throw" });
  expect(() => all.run(10)).toThrow(expect.objectContaining({ code: "game-threw" }));
  expect(all.member(3).game.heard).toEqual(["1: throw"]);
});

test("W82 an event's handler too, and what is done with a call's answer", () => {
  for (const wrong of ["event", "answer"]) {
    const all = world();
    const { session } = all.member(1).game;
    const fail = (): void => {
      throw new Error("a mistake");
    };
    if (wrong === "event") {
      session.on("peerLeft", fail);
      all.crash(2);
    } else {
      session.callWith(2, "ask", 1, fail);
    }
    expect(() => all.run(900)).toThrow(expect.objectContaining({ code: "game-threw" }));
  }
});

test("W82 promises of calls settle in a step that lets them", async () => {
  const all = world();
  let answer = 0;
  const asked = all.member(1).game.session.call(2, "ask", 41);
  const noted = asked.then((n) => {
    answer = n;
  });
  await until(() => answer === 42, { step: () => all.stepAsync() });
  await noted;
});

test("W83 inputs are recorded and replayed, and those that do not apply are not", () => {
  const all = world();
  expect(all.apply({ kind: "input", peer: 1, input: "hi" })).toBe(true);
  expect(all.apply({ kind: "input", peer: 3, input: { ask: 2 } })).toBe(true);
  expect(all.apply({ kind: "input", peer: 9, input: "nobody is there" })).toBe(false);
  all.crash(2);
  all.crash(3);
  all.run(1_000);
  expect(all.apply({ kind: "input", peer: 1, input: "nobody hears it" })).toBe(false);
  const inputs = all.recording.operations.filter(({ operation }) => operation.kind === "input");
  expect(inputs.map(({ operation }) => operation)).toEqual([
    { kind: "input", peer: 1, input: "hi" },
    { kind: "input", peer: 3, input: { ask: 2 } },
  ]);
  const recording = JSON.parse(JSON.stringify(all.recording)) as typeof all.recording;
  const again = replay(recording, { game: (member) => new ChatGame(member), watch: watchWithCheckers });
  expect(again.hash).toBe(all.hash);
  expect(again.member(1).game.left).toEqual(all.member(1).game.left);
  for (const input of [undefined, () => {}, 5n]) {
    expect(() => all.apply({ kind: "input", peer: 1, input })).toThrow(/input .* is nothing that JSON can carry/);
  }
  // A packet beside the session's would break its frames.
  expect(all.apply({ kind: "send", peer: 1, to: 0, mode: 2, channel: 0, size: 5 })).toBe(false);
});

test("W84 finish waits until every reliable message has been heard, and says which was not", () => {
  const all = new World({ link: { latencyMs: 20 }, game: (member) => new ChatGame(member) });
  const { finish } = watchWithCheckers(all);
  for (const id of [1, 2]) all.join(id);
  all.runUntil(() => all.members.every(({ session }) => session?.peers.length === 1), { withinTicks: 300 });
  all.member(1).game.session.send("chat", "x".repeat(2_000_000));
  finish();
  expect(all.member(2).game.heard[0]?.length).toBe(2_000_003);
  all.partition([[1], [2]]);
  all.member(1).game.session.send("chat", "lost");
  expect(() => finish(60)).toThrow("after 60 ticks 2 has not heard 1 reliable messages of 1");
});

test("W83 a member that has no game, or one without inputs, has none", () => {
  const plain = new World();
  plain.join(1);
  expect(plain.apply({ kind: "input", peer: 1, input: 1 })).toBe(false);
});
