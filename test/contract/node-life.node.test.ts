import { execFile } from "node:child_process";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import fc from "fast-check";
import type { PeerConnection } from "node-datachannel";
import { expect, test } from "vitest";
import { pathOf } from "../../src/backends/browser/path-of.ts";
import { type NodeBackendOptions, nodeBackend } from "../../src/backends/node/index.ts";
import type { IceServer } from "../../src/seam/connection-backend.ts";
import { until } from "../support/until.ts";
import { BackendPair, carries, connectedPair, PLAIN, pattern, Side, untilTold } from "./backend-pair.ts";
import type { Subject } from "./duty.ts";
import { nodeMeans } from "./node-means.ts";
import { Recording } from "./recording.ts";

const BIND = { bindAddress: "127.0.0.1" };
const subject: Subject = { create: nodeBackend(BIND), means: nodeMeans };

/** Runs a program in a process of its own; resolves to what it said once it has ended by itself. */
async function program(name: string): Promise<string> {
  const path = fileURLToPath(new URL(`../support/${name}`, import.meta.url));
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [path], { timeout: 18_000 });
  return stdout + stderr;
}

/** Makes an offer with these options; gives what was told of it. */
async function offerWith(options: NodeBackendOptions): Promise<Recording> {
  const side = new Side({ ...subject, create: nodeBackend(options) });
  side.channel("one", { negotiated: true, id: 1 });
  side.backend.createOffer();
  await untilTold(subject, () => side.recording.heard.length > 0, "an offer, or its failure");
  side.backend.close();
  return side.recording;
}

test.each<[NodeBackendOptions]>([
  [{ bindAddress: "localhost" }],
  [{ bindAddress: "" }],
  [{ portRange: [0, 10] }],
  [{ portRange: [50_000, 40_000] }],
  [{ portRange: [1, 65_536] }],
  [{ maxMessageSize: 65_535 }],
  [{ maxMessageSize: Number.NaN }],
])("N1 %o are no options", (options) => {
  expect(() => nodeBackend(options)).toThrow(expect.objectContaining({ code: "invalid-options" }));
});

test("N1 a message may be as large as the options say", async () => {
  const larger = { ...subject, create: nodeBackend({ ...BIND, maxMessageSize: 1_000_000 }) };
  const { pair, toB, toA } = await connectedPair(larger);
  expect(pair.a.backend.maxMessageSize).toBe(1_000_000);
  toB.backend.send(pattern(1_000_000, 1));
  await pair.until(() => toA.messages.length === 1, "the message");
  expect(carries(toA.messages[0], pattern(1_000_000, 1))).toBe(true);
  pair.close();
});

test.each<[string, IceServer | null]>([
  ["stun:127.0.0.1", { urls: "stun:127.0.0.1" }],
  ["stuns:127.0.0.1:5349", { urls: "stuns:127.0.0.1:5349" }],
  ["turn over tcp", { urls: ["turn:127.0.0.1?transport=tcp", "turns:[::1]:443"], username: "a", credential: "b" }],
  ["turn:[::1]:3478?transport=udp", { urls: "turn:[::1]:3478?transport=udp", username: "a", credential: "b" }],
  ["turn without a name", { urls: "turn:127.0.0.1" }],
  ["http", { urls: "http://127.0.0.1" }],
  ["a port too high", { urls: "stun:127.0.0.1:70000" }],
  ["nothing", { urls: "" }],
])("N2 ICE server: %s", (name, server) => {
  const make = (): void => subject.create({ iceServers: [server as IceServer] }, new Recording()).close();
  if (/^(stuns?|turn over|turn:)/.test(name)) make();
  else expect(make).toThrow(/ICE server/);
});

test("N3 an address that is not this machine's, and ports that are all taken, are told as a failure", async () => {
  expect((await offerWith({ bindAddress: "203.0.113.7" })).failures).toMatchObject([{ operation: "createOffer" }]);
  const held = new Side({ ...subject, create: nodeBackend({ ...BIND, portRange: [45_123, 45_123] }) });
  held.channel("one");
  held.backend.createOffer();
  await untilTold(subject, () => held.recording.descriptions.length > 0, "an offer");
  expect((await offerWith({ ...BIND, portRange: [45_123, 45_123] })).failures).toMatchObject([
    { operation: "createOffer" },
  ]);
  held.backend.close();
});

test("N3 descriptions and candidates with anything in them are told as failures, or taken; never more", async () => {
  const side = new Side(subject);
  side.channel("one");
  side.backend.createOffer();
  await untilTold(subject, () => side.recording.descriptions.length > 0, "an offer");
  const lines = (side.recording.descriptions[0]?.sdp ?? "").split("\r\n");
  const line = fc.oneof(
    fc.constantFrom(...lines),
    fc.string(),
    fc.string({ unit: "binary" }).map((text) => `a=${text}`),
  );
  const broken = fc.oneof(
    fc.array(line, { maxLength: 30 }).map((some) => some.join("\r\n")),
    fc
      .tuple(fc.nat({ max: lines.length }), fc.nat({ max: 3 }), fc.array(line, { maxLength: 3 }))
      .map(([at, gone, come]) => lines.toSpliced(at, gone, ...come).join("\r\n")),
  );
  fc.assert(
    fc.property(broken, fc.array(fc.string({ unit: "binary" }), { maxLength: 3 }), (sdp, names) => {
      const backend = subject.create({}, new Recording());
      backend.createChannel("one", PLAIN);
      backend.setRemoteDescription("offer", sdp);
      for (const name of names) {
        backend.addIceCandidate("0", 0, name);
        backend.addIceCandidate("0", 0, `candidate:1 1 udp 1 ${name} 9 typ host`);
      }
      backend.close();
    }),
    { numRuns: 300 },
  );
  side.backend.close();
});

test("N4 two bots meet, greet and part, and then their process ends by itself", async () => {
  expect(await program("two-bots.ts")).toBe("hello\nclosed-by-peer\n");
});

test("N4 connections that never offered anything keep no process alive", async () => {
  expect(await program("idle-bots.ts")).toBe("3\n");
});

test("N5 of 300 connections that opened and closed nothing is left", { timeout: 120_000 }, async () => {
  const live = async (pairs: number): Promise<void> => {
    const made = await Promise.all(Array.from({ length: pairs }, () => connectedPair(subject)));
    for (const { toB } of made) toB.backend.send(pattern(10_000, 1));
    await until(() => made.every(({ toA }) => toA.messages.length === 1), { what: "a message for each" });
    for (const { pair } of made) pair.close();
    await until(
      () => made.every(({ pair }) => [pair.a, pair.b].every((side) => nodeMeans.isClosed(side.backend.native))),
      { what: "all to end" },
    );
  };
  const settled = async (): Promise<number> => {
    await nodeMeans.collectGarbage?.();
    await nodeMeans.pass(200);
    await nodeMeans.collectGarbage?.();
    return process.memoryUsage().rss;
  };
  for (let i = 0; i < 5; i++) await live(10);
  const before = await settled();
  for (let i = 0; i < 15; i++) await live(10);
  // Each pair that were held would keep some 3 MB, mostly SCTP's tables.
  expect((await settled()) - before).toBeLessThan(60_000_000);
  // Pipes are the test runner's own.
  const left = (): string[] => process.getActiveResourcesInfo().filter((kind) => kind !== "PipeWrap");
  await until(() => left().length === 0, { what: "timers and handles to go" });
});

test("N5 nor of 200 that both sides closed at once", { timeout: 60_000 }, async () => {
  const live = async (): Promise<WeakRef<object>[]> => {
    const made = await Promise.all(Array.from({ length: 10 }, () => connectedPair(subject)));
    for (const { pair } of made) pair.close();
    const natives = made.flatMap(({ pair }) => [pair.a.backend.native, pair.b.backend.native] as PeerConnection[]);
    await until(() => natives.every((native) => nodeMeans.isClosed(native)), { what: "all to end" });
    return natives.map((native) => new WeakRef(native));
  };
  const left: WeakRef<object>[] = [];
  for (let i = 0; i < 20; i++) left.push(...(await live()));
  await until(
    async () => {
      await nodeMeans.collectGarbage?.();
      return left.every((held) => held.deref() === undefined);
    },
    { what: "all to be collected" },
  );
});

test("N6 5,000 messages and the closing right behind them, met by a process that was busy", async () => {
  for (let round = 0; round < 5; round++) {
    const pair = new BackendPair(subject);
    const [toB, toA] = pair.negotiate(1);
    const [other, otherEnd] = pair.negotiate(2);
    await pair.connect(toB, toA, other, otherEnd);
    // Each message is a reason to dawdle: what follows piles up meanwhile, and the closing with it.
    toA.react = (what) => {
      const start = performance.now();
      while (what === "message" && toA.messages.length % 500 === 1 && performance.now() - start < 20);
    };
    for (let i = 0; i < 5_000; i++) toB.backend.send(pattern(20, i));
    toB.backend.close();
    await pair.until(() => toA.heard.includes("closed"), "the channel to close");
    expect(toA.messages).toHaveLength(5_000);
    expect(toA.heard.at(-1)).toBe("closed");
    pair.close();
  }
});

test("N7 who begins the handshake: the offering side with browsers, the answering one among Node's own", async () => {
  const { descriptions } = await offerWith(BIND);
  const offer = descriptions[0]?.sdp ?? "";
  const answerTo = async (sdp: string): Promise<string> => {
    const side = new Side(subject);
    side.backend.setRemoteDescription("offer", sdp);
    await untilTold(subject, () => side.recording.descriptions.length > 0, "an answer");
    side.backend.close();
    return side.recording.descriptions[0]?.sdp ?? "";
  };
  expect(offer).toContain("a=setup:active");
  expect(await answerTo(offer)).toContain("a=setup:active");
  const browsers = offer.replace("o=rtc ", "o=- ").replace("a=setup:active", "a=setup:actpass");
  expect(await answerTo(browsers)).toContain("a=setup:passive");
});

test("N8 which way a connection goes is told, as in a browser", async () => {
  const { pair } = await connectedPair(subject);
  const native = pair.a.backend.native as PeerConnection;
  expect(await pathOf({ isRelayed: false, getNative: () => native })).toBe("direct");
  const byTurn = { local: { type: "srflx" }, remote: { type: "relay" } };
  expect(await pathOf({ isRelayed: false, getNative: () => ({ getSelectedCandidatePair: () => byTurn }) })).toBe(
    "turn",
  );
  pair.close();
});

test('N9 with `iceTransportPolicy: "relay"` nothing is sent to what the far side names, nor to a server', async () => {
  const offering = new Side(subject);
  offering.channel("one");
  offering.backend.createOffer();
  await untilTold(subject, () => offering.recording.descriptions.length > 0, "an offer");
  const offer = offering.recording.descriptions[0]?.sdp ?? "";

  /** Answers an offer whose maker can be reached at `far`; gives who has sent something to whom. */
  async function answering(policy: "relay" | "all", ending = "\r\n"): Promise<{ heard: Set<string>; close(): void }> {
    const heard = new Set<string>();
    const [server, described, far] = (await Promise.all(
      ["server", "described", "far"].map(async (name) => {
        const socket = createSocket("udp4", () => heard.add(name)).bind(0, BIND.bindAddress);
        await once(socket, "listening");
        return socket;
      }),
    )) as [Socket, Socket, Socket];
    const candidate = (socket: Socket): string =>
      `candidate:1 1 UDP 2114977791 127.0.0.1 ${socket.address().port} typ host`;
    const iceServers = [{ urls: `stun:127.0.0.1:${server.address().port}` }];
    const backend = subject.create({ iceServers, iceTransportPolicy: policy }, new Recording());
    backend.setRemoteDescription("offer", `${offer}a=${candidate(described)}${ending}`);
    backend.addIceCandidate("0", 0, candidate(far));
    return {
      heard,
      close() {
        backend.close();
        for (const socket of [server, described, far]) socket.close();
      },
    };
  }

  // The hidden ones are first: by the time that the other has sent to all three, they would have. Lines may end as no browser ends them.
  const hidden = await Promise.all(
    ["\r\n", "\n", "", " \r \r\n", "\u2028\r\n"].map((ending) => answering("relay", ending)),
  );
  const open = await answering("all");
  await until(() => open.heard.size === 3, { what: "packets of who does not hide" });
  expect(hidden.flatMap(({ heard }) => [...heard])).toEqual([]);
  for (const side of [...hidden, open]) side.close();
  offering.backend.close();
});
