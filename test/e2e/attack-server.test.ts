import { afterEach, beforeEach, expect, test } from "vitest";
import { LOBBY_ROOM } from "../../src/lobby/protocol.ts";
import { ANNOUNCED_AT_ONCE, ANNOUNCED_PER_SECOND, MAX_FRAGMENTS } from "../../src/server/limits.ts";
import { DEFAULT_ADDRESS_LIMITS } from "../../src/server/settings.ts";
import { ask, BareMember, BareSocket, clientFrame, Opcode } from "../support/bare-socket.ts";
import { LobbyProcess } from "../support/lobby-process.ts";
import { createOptions, dataFrame, joinOptions, RawLobbyClient } from "../support/raw-lobby-client.ts";
import { until } from "../support/until.ts";

// A server as operators start it, with its own limits. Who attacks has other addresses than who does not.
const PASSWORD = "correct horse battery";
let server: LobbyProcess;

beforeEach(async () => {
  server = await LobbyProcess.start("--monitor-password", PASSWORD);
});
afterEach(() => server.end());

const create = (options: object = {}): Promise<RawLobbyClient> => RawLobbyClient.create(server.url, options);
const join = (code: string, options: object = {}): Promise<RawLobbyClient> =>
  RawLobbyClient.join(server.url, code, options);

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${server.adminUrl}/metrics`)).text();
  return Number(new RegExp(`^${name} ([\\d.e+-]+)$`, "m").exec(text)?.[1]);
}

/** In a lobby with a witness, who hears a signal of the host before long. */
async function expectAlive(host: RawLobbyClient, witness: RawLobbyClient): Promise<void> {
  const before = witness.all("signal").length;
  host.send("signal", { to: witness.peerId, signal: { kind: "retry", attempt: 1 } });
  await until(() => witness.all("signal").length > before);
  expect([host.isOpen, witness.isOpen, server.isRunning]).toEqual([true, true, true]);
}

test("V30 who stands in for a host cannot kick it, nor take its place by its own vote", async () => {
  const host = await create();
  const [guest, other] = [await join(host.code), await join(host.code)];
  const low = guest.peerId < other.peerId ? guest : other;
  const high = low === guest ? other : guest;
  const { token } = host;
  host.vanish();
  await low.hears("left", { peerId: 1, hostId: low.peerId });
  low.send("kick", { peerId: 1 });
  for (const term of [1, 2_147_483_647]) low.send("host", { hostId: low.peerId, term });
  low.send("profile", { profile: { done: true } });
  await high.hears("profile", { peerId: low.peerId });
  const back = await join(host.code, { token });
  expect([back.peerId, back.welcome["hostTerm"]]).toEqual([1, 0]);
  // All others it may.
  low.send("kick", { peerId: high.peerId });
  await back.hears("left", { peerId: high.peerId, reason: "kicked" });
  expect(high.all("host")).toEqual([]);
});

test("V30 kicks of whom nobody knows are told to nobody", async () => {
  const host = await create();
  const guest = await join(host.code);
  for (let peerId = 5_000; peerId < 5_050; peerId++) host.send("kick", { peerId });
  host.send("profile", { profile: { done: true } });
  await guest.hears("profile");
  expect(guest.all("left")).toEqual([]);
});

test("V31 profiles without end are told at a rate, each member's latest at last; nobody is let go, or waits long", async () => {
  const size = 16;
  const host = await create({ maxPeers: size });
  const guests: RawLobbyClient[] = [];
  while (guests.length < size - 1) guests.push(await join(host.code));
  const quiet = guests[0] as RawLobbyClient;
  const startedAtMs = performance.now();
  const before = host.all("profile").length;
  for (let turn = 1; turn <= 60; turn++) {
    for (const guest of guests) if (guest !== quiet) guest.send("profile", { profile: { turn } });
  }
  quiet.send("profile", { profile: { quiet: true } });
  await host.hears("profile", { peerId: quiet.peerId });
  for (const { peerId } of guests)
    if (peerId !== quiet.peerId) await host.hears("profile", { peerId, profile: { turn: 60 } });
  const seconds = (performance.now() - startedAtMs) / 1_000;
  const told = host.all("profile").length - before;
  expect(told).toBeLessThan(14 * 60);
  expect(told * (size - 1)).toBeLessThanOrEqual(ANNOUNCED_AT_ONCE + ANNOUNCED_PER_SECOND * seconds + size * size);
  expect(guests.every(({ isOpen }) => isOpen)).toBe(true);
});

test("V31, V36 metadata and locks likewise, but for the host, who hears an answer to each", async () => {
  const host = await create({ maxPeers: 32 });
  const guests: RawLobbyClient[] = [];
  while (guests.length < 31) guests.push(await join(host.code));
  const guest = guests[30] as RawLobbyClient;
  for (let turn = 1; turn <= 150; turn++) {
    host.send("metadata", { metadata: { turn } });
    host.send("lock", { locked: turn % 2 === 1 });
  }
  await guest.hears("metadata", { metadata: { turn: 150 } });
  await until(() => guest.last("lock")?.["locked"] === false);
  expect(guest.all("metadata").length + guest.all("lock").length).toBeLessThan(200);
  expect(host.all("metadata").map(({ metadata }) => (metadata as { turn: number }).turn)).toEqual(
    Array.from({ length: 150 }, (_, at) => at + 1),
  );
  expect(host.all("lock")).toHaveLength(150);
  expect(host.isOpen).toBe(true);
});

test("V31 a host and another who hand the lobby to each other without end are told of at a rate, the latest at last", async () => {
  const size = 16;
  const host = await create({ maxPeers: size });
  const guests: RawLobbyClient[] = [];
  while (guests.length < size - 1) guests.push(await join(host.code));
  const [other, quiet] = guests as [RawLobbyClient, RawLobbyClient];
  const startedAtMs = performance.now();
  for (let term = 1; term <= 300; term++) {
    host.send("host", { hostId: other.peerId, term: 2 * term });
    other.send("host", { hostId: 1, term: 2 * term + 1 });
    if (term % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 100));
  }
  host.send("profile", { profile: { done: true } });
  other.send("profile", { profile: { done: true } });
  for (const peerId of [1, other.peerId]) await quiet.hears("profile", { peerId, profile: { done: true } });
  const latest = (): unknown => quiet.last("host")?.["hostId"];
  await until(() => [host, other].every((one) => one.last("host")?.["hostId"] === latest()));
  const seconds = (performance.now() - startedAtMs) / 1_000;
  const told = quiet.all("host").length;
  expect(told * (size - 1)).toBeLessThanOrEqual(ANNOUNCED_AT_ONCE + ANNOUNCED_PER_SECOND * seconds + size * size);
  // Whom the server takes for host is who may lock.
  (latest() === 1 ? host : other).send("lock", { locked: true });
  await quiet.hears("lock", { locked: true });
  expect([host, ...guests].every(({ isOpen }) => isOpen)).toBe(true);
});

test("V32 who watches the list costs nothing that grows with it, whoever comes when", async () => {
  const watch = async (): Promise<RawLobbyClient> => {
    const { protocolVersion, gameId } = joinOptions;
    return RawLobbyClient.enter(server.url, "/matchmake/joinOrCreate/tickmesh-lobby-list", { protocolVersion, gameId });
  };
  const hosts: RawLobbyClient[] = [];
  while (hosts.length < 3) hosts.push(await create({ metadata: { a: "x".repeat(900) } }));
  const known = (watcher: RawLobbyClient): string[] => {
    const listings = new Map<string, string>();
    for (const message of watcher.all("lobbies")) {
      const { changed, removed } = message as { changed: { code: string }[]; removed: string[] };
      for (const listing of changed) listings.set(listing.code, JSON.stringify(listing));
      for (const code of removed) listings.delete(code);
    }
    return [...listings.values()].sort();
  };
  const first = await watch();
  await until(() => known(first).length === 3);
  hosts[0]?.send("metadata", { metadata: { turn: 1 } });
  const second = await watch();
  hosts[1]?.leave();
  const third = await watch();
  hosts[2]?.send("metadata", { metadata: { turn: 2 } });
  await until(() =>
    [first, second, third].every((each) => known(each).length === 2 && known(each).join().includes('"turn":2')),
  );
  expect(known(second)).toEqual(known(first));
  expect(known(third)).toEqual(known(first));
});

test("V33 a message in very many pieces ends who sends it; one in a few is heard", async () => {
  const host = await create();
  const witness = await join(host.code);
  const bytes = dataFrame("profile", Uint8Array.of(0x81, 0xa7, ...Buffer.from("profile"), 0x80));
  const send = async (pieces: number): Promise<BareMember> => {
    const member = await BareMember.join(server.port, host.code, {}, "127.0.0.2");
    for (let at = 0; at < pieces; at++) {
      const part = at < bytes.length ? bytes.subarray(at, at + 1) : new Uint8Array(0);
      member.socket.write(clientFrame(at === 0 ? Opcode.BINARY : Opcode.CONTINUATION, part, at === pieces - 1));
    }
    return member;
  };
  const few = await send(bytes.length);
  await host.hears("profile", { peerId: few.seat.peerId });
  const many = await send(MAX_FRAGMENTS + 1);
  await until(() => many.socket.isClosed);
  await host.hears("left", { peerId: many.seat.peerId });
  await expectAlive(host, witness);
});

test("V33 pings and pongs count as messages do", async () => {
  const host = await create();
  const witness = await join(host.code);
  for (const opcode of [Opcode.PING, Opcode.PONG]) {
    const member = await BareMember.join(server.port, host.code, {}, "127.0.0.2");
    const frame = clientFrame(opcode, new Uint8Array(0));
    const reasons: unknown[] = [];
    member.onMessage = (type, message) => void (type === "refused" && reasons.push(message["code"]));
    let sent = 0;
    await until(
      () => {
        for (let i = 0; i < 20; i++) member.socket.write(frame);
        sent += 20;
        return member.socket.isClosed;
      },
      { deadlineMs: 10_000 },
    );
    expect(sent).toBeGreaterThan(400);
    expect(reasons).toEqual(["misbehaved"]);
    await host.hears("left", { peerId: member.seat.peerId });
  }
  await expectAlive(host, witness);
});

test("V27, V33 small packets from many members' relays hold up nobody's signals, nor another's packets", async () => {
  const host = await create();
  const witness = await join(host.code);
  const relay = async (member: RawLobbyClient | BareMember): Promise<BareMember> => {
    const { code, token } = member instanceof BareMember ? member.seat : member;
    return BareMember.join(server.port, code, { token, relay: true }, "127.0.0.4");
  };
  const [from, to] = [await relay(host), await relay(witness)];
  const attackers = [
    await BareMember.enter(
      server.port,
      `/matchmake/create/${LOBBY_ROOM}`,
      { ...createOptions, maxPeers: 32 },
      "127.0.0.2",
    ),
  ];
  while (attackers.length < 32) {
    attackers.push(await BareMember.join(server.port, (attackers[0] as BareMember).seat.code, {}, "127.0.0.2"));
  }
  const lines = await Promise.all(attackers.map(relay));
  const packetTo = (peerId: number): Buffer => {
    const packet = Buffer.alloc(12);
    packet[0] = 17;
    packet.writeUInt32BE(peerId, 2);
    return clientFrame(Opcode.BINARY, packet);
  };
  const bursts = attackers.map(({ seat }) => Buffer.concat(Array<Buffer>(3_000).fill(packetTo(seat.peerId))));
  for (const [at, { socket }] of lines.entries())
    for (let i = 0; i < 3; i++) socket.write(bursts[(at + 1) % 32] as Buffer);
  let arrived = 0;
  const hear = to.socket.onFrame;
  to.socket.onFrame = (opcode, payload) => {
    if (payload[0] === 17) arrived += 1;
    else hear(opcode, payload);
  };
  const relayedBefore = await metric("tickmesh_relay_bytes_total");
  for (let i = 1; i <= 5; i++) {
    from.socket.write(packetTo(witness.peerId));
    await until(() => arrived === i, { deadlineMs: 2_000, what: "an honest packet" });
    await expectAlive(host, witness);
  }
  // The attackers' packets are still on their way then: they wait for their own, and not for others.
  const flood = 32 * 9_000 * 12;
  expect(relayedBefore).toBeLessThan(flood);
  expect(await metric("tickmesh_relay_bytes_total")).toBeLessThan(flood);
});

test("V17 who asks for sockets and not for seats gets few", async () => {
  const host = await create();
  const witness = await join(host.code);
  const { createBurst, createsPerSecond, joinBurst, joinsPerSecond } = DEFAULT_ADDRESS_LIMITS;
  const startedAtMs = performance.now();
  let taken = 0;
  const outcomes = new Set<string>();
  for (let i = 0; i < 300; i++) {
    const opened = await BareSocket.open(server.port, `/x/${host.code}?sessionId=nobody${i}`, "127.0.0.2").catch(
      String,
    );
    if (typeof opened === "string") outcomes.add(opened);
    else taken += 1;
    if (typeof opened !== "string") opened.socket.destroy();
  }
  const seconds = (performance.now() - startedAtMs) / 1_000;
  expect(taken).toBeLessThanOrEqual(createBurst + joinBurst + (createsPerSecond + joinsPerSecond) * seconds + 1);
  expect([...outcomes].join()).toContain("503");
  await expectAlive(host, witness);
  expect(await join(host.code)).toBeInstanceOf(RawLobbyClient);
});

test("V24 tokens: forged, unsigned, of another lobby, huge, twice over", async () => {
  const [host, other] = [await create(), await create()];
  const guest = await join(host.code);
  const [header = "", body = "", signature = ""] = String(guest.token).split(".");
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = JSON.parse(Buffer.from(body, "base64url").toString()) as object;
  const asHost = encode({ ...claims, peerId: 1 });
  const forged: string[] = [
    `${encode({ alg: "none" })}.${asHost}.`,
    `${encode({ alg: "none" })}.${asHost}.${signature}`,
    `${encode({ alg: "HS512" })}.${body}.${signature}`,
    `${encode({ alg: "HS256", jwk: {}, kid: "../../etc/passwd" })}.${asHost}.${signature}`,
    `${header}.${asHost}.${signature}`,
    `${header}.${body}.${signature.slice(0, -1)}`,
    `${header}.${body}.${signature}A`,
    `${header}.${body}=.${signature}`,
    `${header}.${body}.${"A".repeat(signature.length)}`,
    `${header}.${encode({ ...claims, exp: 99_999_999_999 })}.${signature}`,
    `${guest.token}.${signature}`,
    String(other.token),
    String(guest.welcome["record"]),
    `${header}.${"A".repeat(15_000)}.${signature}`,
    `${"a.".repeat(500)}a`,
    "..",
    "__proto__",
  ];
  for (const token of forged) {
    for (const more of [{}, { relay: true }, { leaves: true }]) {
      const refused = await join(host.code, { token, ...more }).catch((error: Error) => error);
      expect([token.slice(0, 60), String(refused)]).toEqual([
        token.slice(0, 60),
        expect.stringMatching(/unknown-seat: |invalid-options: /),
      ]);
    }
  }
  await expectAlive(host, guest);
});

test("O14, O15 whatever is asked adds no lines to the metrics, and nothing but looking on is to be had of the monitor", async () => {
  const host = await create();
  const lines = async (): Promise<number> =>
    (await (await fetch(`${server.adminUrl}/metrics`)).text())
      .split("\n")
      .filter((line) => line.startsWith("tickmesh_")).length;
  const paths = [
    "/matchmake/create/x",
    "/matchmake/joinById/AAAAA",
    `/matchmake/create/${LOBBY_ROOM}`,
    "/x/y/z",
    "/matchmake/shout/q",
  ];
  for (let turn = 0; turn < 10; turn++) {
    for (const path of paths)
      await ask(server.port, `${path}`, { code: `code-${turn}`, protocolVersion: turn }, { address: "127.0.0.2" });
  }
  // One for each code of a refusal, of which there are as many as there are.
  expect(await lines()).toBeLessThan(40);
  const headers = { authorization: `Basic ${btoa(`admin:${PASSWORD}`)}` };
  for (const call of ["call", "CALL", "cal%6C", "call/", "./call", "%2e/call", "call%2f", "call;x", "%2563all"]) {
    const url = `${server.adminUrl}/monitor/api/room/${call}?roomId=${host.code}&method=disconnect&args=%5B%5D`;
    expect([call, [403, 404].includes((await fetch(url, { headers })).status)]).toEqual([call, true]);
  }
  for (const path of ["/metrics", "/monitor/", "/monitor/api", "//metrics", "/metrics/", "/%6detrics"]) {
    const { status } = await fetch(`${server.url}${path}`, { headers });
    expect([path, status]).toEqual([path, 404]);
  }
  expect(host.isOpen).toBe(true);
});
