import { connect, type Socket } from "node:net";
import { Packr } from "msgpackr";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { LOBBY_ROOM, LobbyLimits } from "../../src/lobby/protocol.ts";
import { MAX_PLAIN_CONNECTIONS_PER_ADDRESS } from "../../src/server/limits.ts";
import { type LobbyServer, startLobbyServer } from "../../src/server/start-lobby-server.ts";
import {
  createOptions,
  dataFrame,
  joinOptions,
  post,
  RawLobbyClient,
  socketUrlOf,
} from "../support/raw-lobby-client.ts";
import { until } from "../support/until.ts";

let server: LobbyServer;
const faults: string[] = [];
const generous = {
  port: 0,
  iceServers: [],
  createBurst: 1_000,
  joinBurst: 1_000,
  log: { info: () => {}, warn: () => {}, error: (line: string) => void faults.push(line) },
};

beforeEach(async () => {
  faults.length = 0;
  server = await startLobbyServer(generous);
});
afterEach(() => server.close());

const restart = async (more: object): Promise<void> => {
  await server.close();
  server = await startLobbyServer({ ...generous, ...more });
};
const join = (code: string): Promise<RawLobbyClient> => RawLobbyClient.join(server.url, code);
const packed = (value: unknown): Uint8Array => new Packr({ useRecords: false }).pack(value);
const text = (words: string): number[] => [...new TextEncoder().encode(words)];

/** A lobby with somebody in it who must not notice anything but who comes and goes. */
async function lobbyWithWitness(): Promise<{ host: RawLobbyClient; witness: RawLobbyClient }> {
  const host = await RawLobbyClient.create(server.url);
  return { host, witness: await join(host.code) };
}

async function expectUnharmed(host: RawLobbyClient, witness: RawLobbyClient): Promise<void> {
  witness.send("signal", { to: 1, signal: { kind: "retry", attempt: 7 } });
  await host.hears("signal", { from: witness.peerId });
  for (const each of [host, witness]) {
    const types = new Set(each.received.map(({ type }) => type));
    for (const expected of ["welcome", "joined", "left", "signal", "record", "ack"]) types.delete(expected);
    expect([...types]).toEqual([]);
  }
}

async function seatFor(code: string): Promise<Readonly<Record<string, unknown>>> {
  return (await post(server.url, `/matchmake/joinById/${code}`, joinOptions)).body;
}

/** Sends bytes over a bare TCP connection, and returns all that comes back until it closes. */
function overTcp(bytes: string | Uint8Array): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(server.port, "127.0.0.1");
    let answer = "";
    socket.on("data", (data) => {
      answer += data.toString("latin1");
    });
    socket.on("error", () => {});
    socket.on("close", () => resolve(answer));
    socket.end(bytes);
  });
}

const signal = { kind: "description", attempt: 1, type: "offer", sdp: "v=0", candidates: [] };
const candidate = { media: "0", index: 0, name: "candidate:1" };
const badMessages: Record<string, readonly [type: string, message: unknown]> = {
  "an unknown type": ["shout", { words: "hello" }],
  "the name of what every object has": ["constructor", {}],
  "another such name": ["__proto__", {}],
  "the name that means all": ["*", "kick"],
  "nothing at all": ["signal", null],
  "no object": ["signal", 5],
  "a signal to no number": ["signal", { to: "1", signal }],
  "a signal to a fraction": ["signal", { to: 1.5, signal }],
  "a signal of an unknown kind": ["signal", { to: 1, signal: { kind: "shout", attempt: 1 } }],
  "a signal with more in it": ["signal", { to: 1, signal: { ...signal, extra: 1 } }],
  "a signal that names its sender": ["signal", { to: 1, from: 1, signal }],
  "a long description": ["signal", { to: 1, signal: { ...signal, sdp: "x".repeat(LobbyLimits.signal.sdpLength + 1) } }],
  "many candidates": ["signal", { to: 1, signal: { ...signal, candidates: Array(33).fill(candidate) } }],
  "a long candidate": [
    "signal",
    { to: 1, signal: { ...signal, candidates: [{ ...candidate, name: "x".repeat(1_025) }] } },
  ],
  "an attempt of 0": ["signal", { to: 1, signal: { ...signal, attempt: 0 } }],
  "a profile of objects": ["profile", { profile: { a: { b: 1 } } }],
  "a long profile": ["profile", { profile: { a: "x".repeat(1_100) } }],
  "a lock that is no boolean": ["lock", { locked: "yes" }],
};
const badFrames: Record<string, Uint8Array | string> = {
  text: "hello",
  nothing: new Uint8Array(0),
  "an unknown kind": Uint8Array.of(0),
  "a request, which lobbies do not answer": Uint8Array.of(21, 1, 0xa4, ...text("kick"), 0xc0),
  "raw bytes": Uint8Array.of(17, 0xa1, 0x61, 1, 2, 3),
  inputs: Uint8Array.of(19, 1, 2, 3),
  modifiers: Uint8Array.of(13 | 128, 0xa4, ...text("kick"), 0xc0),
  "no type": Uint8Array.of(13),
  "a type longer than the frame": Uint8Array.of(13, 0xdb, 0xff, 0xff, 0xff, 0xff),
  "a map longer than the frame": dataFrame("kick", Uint8Array.of(0xdf, 0xff, 0xff, 0xff, 0xff)),
  "an array of billions": dataFrame("kick", Uint8Array.of(0xdd, 0x7f, 0xff, 0xff, 0xff)),
  "sixty thousand arrays in each other": dataFrame("signal", new Uint8Array(60_000).fill(0x91)),
  "a byte that means nothing": dataFrame("kick", Uint8Array.of(0xc1)),
};

describe("V12 refused, and let go", () => {
  for (const [title, [type, message]] of Object.entries(badMessages)) {
    test(`V12 ${title}`, async () => {
      const { host, witness } = await lobbyWithWitness();
      const attacker = await join(host.code);
      attacker.sendBytes(dataFrame(type, packed(message)));
      expect(await attacker.hears("refused")).toMatchObject({ code: "misbehaved", reason: expect.any(String) });
      expect(await attacker.closes()).toMatchObject({ code: 4100 });
      await host.hears("left", { peerId: attacker.peerId, reason: "lost" });
      const { token } = attacker;
      await expect(RawLobbyClient.join(server.url, host.code, { token })).rejects.toThrow(/^unknown-seat: /);
      await expectUnharmed(host, witness);
    });
  }

  test("V12 frames that are no messages", async () => {
    const { host, witness } = await lobbyWithWitness();
    for (const [title, frame] of Object.entries(badFrames)) {
      const attacker = await join(host.code);
      attacker.sendBytes(frame);
      expect(await attacker.closes(), title).toMatchObject({
        code: 4100,
        reason: expect.stringContaining("misbehaved"),
      });
      expect(attacker.last("refused"), title).toMatchObject({ code: "misbehaved" });
    }
    await expectUnharmed(host, witness);
  });

  test("V12 a message longer than any may be", async () => {
    const { host, witness } = await lobbyWithWitness();
    const attacker = await join(host.code);
    attacker.sendBytes(new Uint8Array(LobbyLimits.messageBytes + 1).fill(13));
    await attacker.closes();
    await host.hears("left", { peerId: attacker.peerId });
    const { token } = attacker;
    await expect(RawLobbyClient.join(server.url, host.code, { token })).rejects.toThrow(/^unknown-seat: /);
    await expectUnharmed(host, witness);
  });

  test("V12 a key that would change an object's prototype changes nothing", async () => {
    const { host, witness } = await lobbyWithWitness();
    const sneaky = JSON.stringify({ ...createOptions, gameId: "raw/3" }).replace(
      '"metadata":{}',
      '"metadata":{"__proto__":{"polluted":1}}',
    );
    await post(server.url, `/matchmake/create/${LOBBY_ROOM}`, sneaky);
    // { profile: { "__proto__": 1 } }
    const profile = Uint8Array.of(0x81, 0xa7, ...text("profile"), 0x81, 0xa9, ...text("__proto__"), 0x01);
    const attacker = await join(host.code);
    attacker.sendBytes(dataFrame("profile", profile));
    await until(() => attacker.closed !== null || host.all("profile").length > 0);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    expect(witness.isOpen).toBe(true);
  });
});

test("V13 too many messages are refused, and the allowance is as stated", async () => {
  const { host, witness } = await lobbyWithWitness();
  const attacker = await join(host.code);
  const flood = { to: witness.peerId, signal: { kind: "retry", attempt: 1 } };
  for (let i = 0; i < LobbyLimits.burstMessages * 2; i++) attacker.send("signal", flood);
  expect(await attacker.closes()).toMatchObject({ code: 4100, reason: expect.stringContaining("misbehaved") });
  await host.hears("left", { peerId: attacker.peerId, reason: "lost" });
  const passed = witness.all("signal").length;
  expect(passed).toBeGreaterThan(LobbyLimits.burstMessages / 2);
  expect(passed).toBeLessThan(LobbyLimits.burstMessages * 1.5);
  await expectUnharmed(host, witness);
});

test("V13 too many bytes are refused before they crowd out whom they are sent to", async () => {
  const { host, witness } = await lobbyWithWitness();
  const attacker = await join(host.code);
  const large = { to: witness.peerId, signal: { ...signal, sdp: "x".repeat(16_000) } };
  for (let i = 0; i < 100; i++) attacker.send("signal", large);
  expect(await attacker.closes()).toMatchObject({ code: 4100, reason: expect.stringContaining("bytes a second") });
  await host.hears("left", { peerId: attacker.peerId, reason: "lost" });
  await expectUnharmed(host, witness);
});

/** Sends to one member, from many others, as much as each of them may: 480 kB. */
async function crowdOut(code: string, to: number, members: number): Promise<void> {
  const large = { to, signal: { ...signal, sdp: "x".repeat(16_000) } };
  for (let i = 0; i < members; i++) {
    const member = await join(code);
    for (let sent = 0; sent < 30; sent++) member.send("signal", large);
  }
}

test("V14 a client that never confirms that it joined is cut off before it costs much", async () => {
  const host = await RawLobbyClient.create(server.url, { maxPeers: 32 });
  const witness = await join(host.code);
  const { body } = await post(server.url, `/matchmake/joinById/${host.code}`, joinOptions);
  const silent = new RawLobbyClient(socketUrlOf(server.url, body), false);
  const joined = (await host.hears("joined", {})) && (await until(() => host.all("joined")[1]));
  const to = (joined["member"] as { peerId: number }).peerId;
  await crowdOut(host.code, to, 3);
  await silent.closes();
  await host.hears("left", { peerId: to });
  await expectUnharmed(host, witness);
});

test("V14 a client that does not read is cut off", async () => {
  const host = await RawLobbyClient.create(server.url, { maxPeers: 32 });
  const witness = await join(host.code);
  const { body } = await post(server.url, `/matchmake/joinById/${host.code}`, joinOptions);
  const url = new URL(socketUrlOf(server.url, body));
  const socket = connect(server.port, "127.0.0.1");
  const head = `GET ${url.pathname}${url.search} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n`;
  socket.write(`${head}Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n`);
  // A masked frame of one byte: JOIN_ROOM, the confirmation. From then on nothing is read.
  socket.write(Uint8Array.of(0x82, 0x81, 0, 0, 0, 0, 10));
  const joined = await until(() => host.all("joined")[1]);
  const to = (joined["member"] as { peerId: number }).peerId;
  socket.pause();
  await crowdOut(host.code, to, 24);
  await host.hears("left", { peerId: to });
  socket.destroy();
  await expectUnharmed(host, witness);
});

test("V15 garbage before and during the upgrade, and frames that are none, stop nothing", async () => {
  const { host, witness } = await lobbyWithWitness();
  const upgrade = (path: string): string =>
    `GET ${path} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n`;
  const paths = ["/", "//", "*", "http://[", "a://b", "/a/b", "/a/constructor?sessionId=constructor"];
  paths.push(
    "/a/__proto__?sessionId=__proto__",
    `/a/${host.code}?sessionId=toString`,
    "/a/b?sessionId=%ff",
    "/a/b?sessionId=abc",
  );
  paths.push(`/a/${host.code}?sessionId=abc&reconnectionToken=constructor`, `/${"x/".repeat(2_000)}?`);
  const post = (head: string, body: string): string =>
    `POST /matchmake/create/${LOBBY_ROOM} HTTP/1.1\r\nContent-Type: application/json\r\n${head}\r\n\r\n${body}`;
  const requests = [
    "\r\n\r\n",
    "GARBAGE\r\n\r\n",
    `\x16\x03\x01${"\x00".repeat(40)}`,
    post("Host: [::bad\r\nContent-Length: 2", "{}"),
    post("Host: x\r\nX-Forwarded-Proto: \\\r\nContent-Length: 2", "{}"),
    post("Host: x\r\nContent-Length: 100", "{"),
    post("Host: x\r\nTransfer-Encoding: chunked", "5\r\n{bad}\r\n0\r\n\r\n"),
    ...paths.map(upgrade),
  ];
  for (const request of requests) await overTcp(request);
  for (const frame of [
    [0xff, 0xff, 0xff, 0xff],
    [0x82, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    [0x81, 5, 1],
  ]) {
    const seat = await seatFor(host.code);
    const url = new URL(socketUrlOf(server.url, seat));
    await overTcp(Buffer.concat([Buffer.from(upgrade(url.pathname + url.search)), Uint8Array.from(frame)]));
  }
  for (const frame of Object.values(badFrames)) {
    const early = new RawLobbyClient(socketUrlOf(server.url, await seatFor(host.code)), false);
    await until(() => early.isOpen || early.closed !== null);
    if (early.isOpen) early.sendBytes(frame);
    await early.closes();
  }
  await expectUnharmed(host, witness);
  expect(await RawLobbyClient.create(server.url)).toBeInstanceOf(RawLobbyClient);
});

test("V15 who connects and says nothing, or half of a request, is let go soon", async () => {
  const openings = [
    "",
    "POST /matchmake",
    "POST /matchmake/create/x HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{",
  ];
  const sockets = openings.map((opening) => {
    const socket = connect(server.port, "127.0.0.1", () => socket.write(opening));
    return socket.on("error", () => {}).resume();
  });
  await until(() => sockets.every((socket) => socket.closed), { deadlineMs: 13_000 });
});

test("V15 random frames stop nothing", async () => {
  const { host, witness } = await lobbyWithWitness();
  let state = 1;
  const draw = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 16) % below;
  };
  for (let i = 0; i < 40; i++) {
    const attacker = await join(host.code);
    for (let k = 0; k < 20 && attacker.isOpen; k++) {
      const random = Uint8Array.from({ length: 1 + draw(60) }, () => draw(256));
      const types = Object.keys(badFrames);
      attacker.sendBytes(
        draw(2) === 0
          ? random
          : dataFrame(["signal", "kick", "profile", types[0] as string][draw(4)] as string, random),
      );
    }
    attacker.vanish();
    await attacker.closes();
    host.send("kick", { peerId: attacker.peerId });
    await host.hears("left", { peerId: attacker.peerId });
  }
  expect(await RawLobbyClient.create(server.url)).toBeInstanceOf(RawLobbyClient);
  expect([host.isOpen, witness.isOpen]).toEqual([true, true]);
});

test("V16 requests from any origin get an answer that the page may read, and a fitting status", async () => {
  const path = `/matchmake/create/${LOBBY_ROOM}`;
  const origin = "http://192.168.1.20:5173";
  const preflight = await fetch(`${server.url}${path}`, { method: "OPTIONS", headers: { origin } });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get("access-control-allow-origin")).toBe(origin);
  const answers = {
    200: await post(server.url, path, createOptions, { headers: { origin } }),
    400: await post(server.url, path, "{bad", { headers: { origin } }),
    404: await post(server.url, "/matchmake/joinById/ACDEF/x", joinOptions, { headers: { origin } }),
    413: await post(server.url, path, { ...createOptions, name: "x".repeat(20_000) }, { headers: { origin } }),
    415: await post(server.url, path, createOptions, { headers: { origin, "content-type": "text/html" } }),
  };
  for (const [status, answer] of Object.entries(answers)) {
    expect(answer.status).toBe(Number(status));
    expect(answer.headers.get("access-control-allow-origin")).toBe(origin);
  }
  const asText = { headers: { origin, "content-type": "text/plain;charset=UTF-8" } };
  expect((await post(server.url, path, createOptions, asText)).status).toBe(200);
  expect((await post(server.url, path, "{bad", asText)).status).toBe(400);
  const asForm = { headers: { "content-type": "application/x-www-form-urlencoded" } };
  expect((await post(server.url, path, createOptions, asForm)).status).toBe(415);
  const invalid = await post(server.url, path, { ...createOptions, maxPeers: 99 });
  expect(invalid).toMatchObject({ status: 400, body: { error: expect.stringContaining("invalid-options: maxPeers") } });
  for (const method of ["join", "joinOrCreate", "reconnect", "toString"]) {
    expect((await post(server.url, `/matchmake/${method}/${LOBBY_ROOM}`, createOptions)).status).toBe(404);
  }
  expect(await (await fetch(server.url)).text()).toContain("tickmesh");
});

test("V17 one address may only do so much", async () => {
  await restart({
    createBurst: 2,
    createsPerSecond: 0.01,
    joinBurst: 3,
    joinsPerSecond: 0.01,
    maxConnectionsPerAddress: 5,
  });
  const host = await RawLobbyClient.create(server.url);
  await RawLobbyClient.create(server.url);
  await expect(RawLobbyClient.create(server.url)).rejects.toThrow(/^misbehaved: /);
  await join(host.code);
  await join(host.code);
  const third = await seatFor(host.code);
  expect(String((await seatFor(host.code))["error"])).toMatch(/^misbehaved: /);
  const socket = new RawLobbyClient(socketUrlOf(server.url, third));
  await until(() => socket.received.length > 0);
  const sixth = new RawLobbyClient(socketUrlOf(server.url, third));
  await sixth.closes();
  expect([sixth.received, sixth.errors]).toEqual([[], []]);
});

test("V17 one address may only hold so many connections that ask for nothing", async () => {
  const { host, witness } = await lobbyWithWitness();
  const idle: Socket[] = [];
  const hold = (): Socket => {
    const socket = connect(server.port, "127.0.0.1");
    idle.push(socket.on("error", () => {}).resume());
    return socket;
  };
  for (let i = 0; i < MAX_PLAIN_CONNECTIONS_PER_ADDRESS + 50; i++) hold();
  await until(() => idle.filter((socket) => socket.closed).length >= 50);
  await expectUnharmed(host, witness);
  for (const socket of idle) socket.destroy();
  expect(await until(() => RawLobbyClient.create(server.url).catch(() => null))).toBeInstanceOf(RawLobbyClient);
});
