import { expect, test, vi } from "vitest";
import { onPageLeft } from "../../src/base/page-left.ts";
import { bytes } from "../../src/codec/bytes-payload.ts";
import { OfflineMultiplayerPeer } from "../../src/multiplayer/offline-multiplayer-peer.ts";
import { call, message } from "../../src/session/messages/definition.ts";
import { defineMessages } from "../../src/session/messages/message-table.ts";
import { createSession } from "../../src/session/session.ts";
import { meeting, type SessionMember } from "../support/virtual-session.ts";

// Minutes of virtual time, on a machine that may be busy.

const messages = defineMessages({
  chat: message<string>(),
  file: message({ lane: "bulk", payload: bytes({ maxBytes: 8_000_000 }) }),
  blip: message<number>({ mode: 0 }),
  ask: call<number, number>(),
});
type Table = typeof messages extends { readonly definitions: infer D } ? D : never;
type Member = SessionMember<Table>;

/** Notes all that a member hears, between its events. */
function listen({ session, events }: Member): void {
  session.onMessage("chat", (text, from) => void events.push(`${from}: ${text}`));
  session.onMessage("file", (bytes, from) => void events.push(`${from}: ${bytes.length} bytes`));
  session.onMessage("blip", (n, from) => void events.push(`${from}: blip ${n}`));
}

function three(seed = 1): { sessions: ReturnType<typeof meeting<Table>>["sessions"]; a: Member; b: Member; c: Member } {
  const { sessions, all } = meeting(3, { messages }, { seed, link: { latencyMs: 20 } });
  for (const member of all) listen(member);
  const [a, b, c] = all as [Member, Member, Member];
  for (const { events } of all) events.length = 0;
  return { sessions, a, b, c };
}

test("S9 a crash, a cut and a closed connection are one peerLeft each", () => {
  for (const end of ["crash", "mesh", "cut"]) {
    const { sessions, a, b, c } = three();
    if (end === "crash") c.device.crash();
    else if (end === "mesh") c.peer.close();
    else sessions.mesh.network.partition([[1, 2], [3]]);
    sessions.pass(20_000);
    if (end === "mesh") expect([...c.events].sort()).toEqual(["-1 closed-locally", "-2 closed-locally"]);
    for (const { events, session } of [a, b]) {
      expect(events.filter((event) => event !== "3 unstable")).toEqual(["-3 silent"]);
      expect(session.peers).toHaveLength(1);
      expect([session.hasPeer(3), session.statistics(3), session.queue(3)]).toEqual([false, null, null]);
    }
  }
});

test("S9 peerLeft comes after all that the peer sent", () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    const { sessions, a, b } = three(seed);
    sessions.mesh.network.setLink({ lossRatio: 0.1, jitterMs: 20 });
    for (let i = 0; i < 300; i++) b.session.send("chat", `${i}`);
    b.session.send("file", new Uint8Array(300_000));
    b.session.send("chat", "last");
    b.session.close("done 🂡");
    sessions.until(() => a.events.some((event) => event.startsWith("-2")), 60_000);
    const heard = Array.from({ length: 300 }, (_, i) => `2: ${i}`);
    expect(a.events.filter((event) => !event.includes("stable")).sort()).toEqual(
      [...heard, "2: last", "2: 300000 bytes", "-2 left done 🂡"].sort(),
    );
    expect(a.events.at(-1)).toBe("-2 left done 🂡");
    expect(a.events.filter((event) => /^2: (\d+|last)$/.test(event))).toEqual([...heard, "2: last"]);
  }
});

test("S9 what travelled unreliably beside the goodbye is heard before it", () => {
  const { sessions, a, b } = three();
  b.session.send("blip", 1);
  b.session.send("chat", "x");
  b.session.send("blip", 2);
  b.session.close("bye");
  sessions.pass(200);
  expect([...a.events].sort()).toEqual(["-2 left bye", "2: blip 1", "2: blip 2", "2: x"].sort());
  expect(a.events.at(-1)).toBe("-2 left bye");
});

test("S9 a peer that comes again under its id has come anew", () => {
  const { sessions, a, b } = three();
  for (const round of [1, 2, 3]) {
    const answers: unknown[] = [];
    a.session.callWith(3, "ask", round, (error) => answers.push(error?.code));
    sessions.members.get(3)?.session.close(`round ${round}`);
    sessions.until(() => a.events.includes(`-3 left round ${round}`));
    expect(answers).toEqual([expect.stringMatching(/^(peer-left|no-handler)$/)]);
    sessions.remove(3);
    const again = sessions.add(3);
    listen(again);
    sessions.meet();
    again.session.send("chat", `again ${round}`);
    a.session.send("chat", `hello again ${round}`, { to: 3 });
    sessions.pass(100);
    expect(again.events.at(-1)).toBe(`1: hello again ${round}`);
    expect(a.session.statistics(3)).toMatchObject({ sentMessages: 1, receivedMessages: 1 });
  }
  for (const { events } of [a, b]) {
    expect(events.filter((event) => event.includes("3"))).toEqual(
      [1, 2, 3].flatMap((round) => [`-3 left round ${round}`, "+3 again", `3: again ${round}`]),
    );
  }
});

test("S10 close delivers all that was sent, flushed or not, and says goodbye", () => {
  const { sessions, a, b, c } = three();
  a.session.send("file", new Uint8Array(2_000_000));
  a.session.flush();
  a.session.send("chat", "not flushed");
  a.session.close("that was all");
  sessions.pass(5_000);
  for (const { events } of [b, c]) {
    expect([...events].sort()).toEqual(["-1 left that was all", "1: 2000000 bytes", "1: not flushed"]);
    expect(events.at(-1)).toBe("-1 left that was all");
  }
  expect(a.events).toEqual([]);
});

test("S10 after close nothing more happens, and sending throws", async () => {
  const { sessions, a } = three();
  let wakes = 0;
  a.session.close();
  a.session.close("twice");
  a.session.wake = () => (wakes += 1);
  expect(() => a.session.send("chat", "x")).toThrow(expect.objectContaining({ code: "closed" }));
  expect(() => a.session.callWith(2, "ask", 1, () => expect.unreachable())).toThrow(
    expect.objectContaining({ code: "closed" }),
  );
  await expect(a.session.call(2, "ask", 1)).rejects.toMatchObject({ code: "closed" });
  a.session.disconnect(2);
  sessions.pass(200);
  expect([a.events, a.session.peers, a.session.statistics(2), wakes]).toEqual([[], [], null, 0]);
});

test("S10 a session closed in a handler of any kind ends there", async () => {
  const ways: ((member: Member, close: () => void) => void)[] = [
    ({ session }, close) => session.onMessage("chat", close),
    ({ session }, close) => session.onMessage("blip", close),
    ({ session }, close) => session.on("peerLeft", close),
    ({ session }, close) => session.on("peerUnstable", close),
    ({ session }, close) => session.on("progress", close),
    ({ session }, close) => session.onCall("ask", () => Number(close())),
    ({ session }, close) => session.callWith(2, "ask", 1, close),
  ];
  for (const way of ways) {
    const { sessions, a, b, c } = three();
    let closedAt = -1;
    way(a, () => {
      closedAt = a.events.length;
      a.session.close("enough");
    });
    for (const { session } of [b, c]) {
      session.onCall("ask", (n) => n);
      session.send("chat", "hi");
      session.send("chat", "ho");
      session.send("blip", 1);
      session.send("file", new Uint8Array(50_000));
      session.callWith(1, "ask", 1, () => {});
    }
    sessions.pass(100);
    for (const { device } of [b, c]) device.stall(3_000);
    sessions.pass(3_500);
    b.session.disconnect(1);
    c.session.disconnect(1);
    sessions.pass(1_000);
    expect(closedAt).toBeGreaterThanOrEqual(0);
    // What else the handlers of the same message hear is no event of its own.
    expect(a.events.length - closedAt).toBeLessThanOrEqual(1);
    expect(a.events.slice(closedAt).join()).not.toMatch(/^[-+]/);
    expect(b.session.hasPeer(1)).toBe(false);
  }
});

test("S11 disconnect delivers what was sent to that peer, and lets it go alone", () => {
  const { sessions, a, b, c } = three();
  a.session.send("chat", "to all");
  a.session.send("blip", 7);
  a.session.disconnect(2, "not you");
  a.session.disconnect(2, "twice");
  a.session.disconnect(99);
  expect([a.events, a.session.hasPeer(2), a.session.send("chat", "later")]).toEqual([[], false, 1]);
  sessions.tick();
  expect(a.events).toEqual(["-2 closed-locally"]);
  sessions.pass(500);
  expect([...b.events].sort()).toEqual(["-1 left not you", "1: blip 7", "1: to all"]);
  expect([...c.events].sort()).toEqual(["1: blip 7", "1: later", "1: to all"]);
  expect(a.peer.hasPeer(2)).toBe(false);
});

test("S11 within a poll, nothing more of the peer is heard", () => {
  const { sessions, a, b } = three();
  a.session.onMessage("chat", (_, from) => a.session.disconnect(from, "that word"));
  for (const text of ["one", "two", "three"]) b.session.send("chat", text);
  sessions.pass(500);
  expect(a.events).toEqual(["2: one", "-2 closed-locally"]);
  expect(b.events).toEqual(["-1 left that word"]);
});

test("S11 both at once is one end on each side", () => {
  const { sessions, a, b } = three();
  a.session.disconnect(2);
  b.session.disconnect(1);
  sessions.pass(500);
  expect([a.events, b.events]).toEqual([["-2 closed-locally"], ["-1 closed-locally"]]);
});

test("S12 when the page is left the session says goodbye, before anything else lets go, unless that is switched off", () => {
  const { sessions, a, b, c } = three();
  const leave = new Set<() => void>();
  vi.stubGlobal("addEventListener", (name: string, run: () => void) => name === "pagehide" && leave.add(run));
  vi.stubGlobal("removeEventListener", (_: string, run: () => void) => leave.delete(run));
  try {
    let isClosedByThen = false;
    const forget = onPageLeft("leave", () => {
      isClosedByThen = d.session.send("chat", "x") === 0;
    });
    const d = sessions.add(4);
    sessions.until(() => d.session.peers.length === 3);
    for (const run of leave) run();
    forget();
    sessions.pass(200);
    expect([a, b, c].map(({ events }) => events.at(-1))).toEqual(Array(3).fill("-4 left page left"));
    expect([isClosedByThen, d.events.at(-1)]).toEqual([true, "+3"]);
    // Its last tick may come after that.
    expect(d.session.send("chat", "x")).toBe(0);
    const e = sessions.add(5);
    e.session.close();
    expect(() => e.session.send("chat", "x")).toThrow(expect.objectContaining({ code: "closed" }));
    const peer = new OfflineMultiplayerPeer();
    createSession({ peer, game: "g", version: "1", messages, goodbyeOnPageHide: false });
    expect(leave.size).toBe(0);
  } finally {
    vi.unstubAllGlobals();
  }
});
