import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join as joinPath } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Lobby, LobbyClient } from "../../src/lobby/index.ts";
import { HEARTBEAT_MS } from "../../src/server/limits.ts";
import { freePort } from "../support/free-port.ts";
import { LoadBalancer } from "../support/load-balancer.ts";
import { LobbyProcess } from "../support/lobby-process.ts";
import { RedisProcess } from "../support/redis-process.ts";
import { until } from "../support/until.ts";

let redis: RedisProcess;
let first: LobbyProcess;
let second: LobbyProcess;
let lobbies: Lobby[];

/** Asking for the list is rationed. */
const ASKING_EVERY_MS = 250;

const start = (...args: string[]): Promise<LobbyProcess> => LobbyProcess.start("--redis", redis.url, ...args);
const client = ({ url }: LobbyProcess): LobbyClient => new LobbyClient({ url, gameId: "redis/1" });

async function create(server: LobbyProcess, name: string): Promise<Lobby> {
  const lobby = await client(server).create({ name });
  lobbies.push(lobby);
  return lobby;
}

async function join(server: LobbyProcess, code: string): Promise<Lobby> {
  const lobby = await client(server).join(code);
  lobbies.push(lobby);
  return lobby;
}

const names = async (server: LobbyProcess): Promise<string[]> =>
  (await client(server).list()).map(({ name }) => name).sort();
const listed = (server: LobbyProcess, count: number): Promise<true> =>
  until(async () => (await names(server)).length === count, {
    deadlineMs: 20_000,
    everyMs: ASKING_EVERY_MS,
    what: `${count} lobbies are listed`,
  }) as Promise<true>;
const isReady = async ({ adminUrl }: LobbyProcess): Promise<boolean> => (await fetch(`${adminUrl}/ready`)).ok;

beforeEach(async () => {
  lobbies = [];
  redis = await RedisProcess.start();
  [first, second] = await Promise.all([start(), start()]);
});

afterEach(async () => {
  for (const lobby of lobbies) lobby.leave();
  await Promise.all([first.end(), second.end(), redis.kill()]);
});

test("O1 a lobby made on one process is listed, and joined by its code, on any", async () => {
  const one = await create(first, "One");
  const two = await create(second, "Two");
  expect(one.code).not.toBe(two.code);
  for (const server of [first, second]) expect(await names(server)).toEqual(["One", "Two"]);
  const guest = await join(second, one.code);
  await until(() => one.members.size === 2, { step: () => one.poll() });
  expect([...one.members.keys()]).toContain(guest.localId);
});

test("O1 a list that is watched on one process tells what happens on another", async () => {
  const list = client(second).watchLobbies();
  await until(() => list.state === "live", { step: () => list.poll() });
  const lobby = await create(first, "News");
  await until(() => list.entries.length === 1, { step: () => list.poll() });
  lobby.leave();
  await until(() => list.entries.length === 0, { step: () => list.poll() });
  list.close();
});

test("O2 with an address of its own, players go to the process that has the lobby", async () => {
  const port = await freePort();
  const third = await start("--port", String(port), "--public-address", `127.0.0.1:${port}`);
  const lobby = await create(third, "Own address");
  const socketsOf = async ({ adminUrl }: LobbyProcess): Promise<number> => {
    const text = await (await fetch(`${adminUrl}/metrics`)).text();
    return Number(/^tickmesh_sockets (\d+)$/m.exec(text)?.[1]);
  };
  await join(first, lobby.code);
  expect(await socketsOf(first)).toBe(0);
  expect(await socketsOf(third)).toBe(2);
  // Without one, the socket comes by the process that was asked.
  await join(second, (await create(first, "Any")).code);
  expect(await socketsOf(second)).toBe(1);
  await third.end();
});

test("O2 nobody from outside can say that another process let him in", async () => {
  const guarded = await start("--max-connections-per-address", "1");
  const lobby = await create(guarded, "Outside");
  // Its own socket is the only one that this address may have.
  const statusOf = (headers: Record<string, string>): Promise<number> =>
    new Promise((resolve, reject) => {
      const upgrade = { Connection: "Upgrade", Upgrade: "websocket", "Sec-WebSocket-Version": "13" };
      const key = { "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==" };
      get(`${guarded.url}/process/${lobby.code}?sessionId=abc`, { headers: { ...upgrade, ...key, ...headers } })
        .on("response", ({ statusCode = 0 }) => resolve(statusCode))
        .on("upgrade", () => resolve(101))
        .on("error", reject);
    });
  expect(await statusOf({})).toBe(503);
  expect(await statusOf({ "x-tickmesh-process": "guess" })).toBe(502);
  expect(await statusOf({ "x-tickmesh-process": "" })).toBe(502);
  await guarded.end();
});

test("O3 the lobbies of a process that was killed leave the list within 10 s, and nothing else happens", async () => {
  const lost = await create(first, "Lost");
  const kept = await create(second, "Kept");
  await first.end("SIGKILL");
  const since = performance.now();
  await listed(second, 1);
  expect(performance.now() - since).toBeLessThan(10_000);
  await expect(join(second, lost.code)).rejects.toMatchObject({ code: "unknown-code" });
  await join(second, kept.code);
  expect(second.logged.length).toBe(1);
});

test("O4 while Redis does not answer, lobbies go on and can be joined, none can be made or listed", async () => {
  const lobby = await create(second, "Standing");
  redis.signal("SIGSTOP");
  await until(async () => !(await isReady(second)));
  const away = { code: "server-unreachable", message: expect.stringContaining("Redis") };
  await expect(client(second).create({ name: "New" })).rejects.toMatchObject(away);
  await expect(client(second).list()).rejects.toMatchObject(away);
  const guest = await join(second, lobby.code);
  await until(() => lobby.members.has(guest.localId), { step: () => lobby.poll() });
  lobby.setProfile({ colour: "red" });
  const colour = (): unknown => guest.members.get(1)?.profile["colour"];
  await until(() => colour() === "red", { step: () => guest.poll() });
  redis.signal("SIGCONT");
  await until(async () => (await isReady(first)) && (await isReady(second)));
  expect(await names(first)).toEqual(["Standing"]);
});

test("O5 a Redis that comes back empty is told everything again; no process ends, and few lines are logged", async () => {
  const lobby = await create(first, "Again");
  await redis.kill();
  await until(async () => !(await isReady(first)) && !(await isReady(second)));
  // Seen to be gone by nobody but its own process.
  (await join(first, lobby.code)).leave();
  // Time itself is what is tested: they say in vain that they live, again and again, and try to connect.
  await new Promise((resolve) => setTimeout(resolve, 2.5 * HEARTBEAT_MS));
  await redis.restart();
  await until(async () => (await isReady(first)) && (await isReady(second)));
  expect(await names(second)).toEqual(["Again"]);
  await join(second, lobby.code);
  for (const server of [first, second]) {
    expect(server.isRunning).toBe(true);
    expect(server.logged.length).toBeLessThan(8);
  }
});

test("O5 a process that was stopped for long, and taken for dead, finds its way back", async () => {
  await create(first, "Stopped");
  first.signal("SIGSTOP");
  await listed(second, 0);
  first.signal("SIGCONT");
  await listed(second, 1);
});

test("O5 without its Redis a server does not start, and says so", async () => {
  await redis.kill();
  await expect(start()).rejects.toThrow(/did not start: no answer from Redis at 127\.0\.0\.1:\d+/);
});

test("O6 a server that was told to end is not ready at once, tells its members, and ends; also without Redis", async () => {
  const draining = await start("--drain-seconds", "2");
  const lobby = await create(draining, "Ending");
  const lost = new Promise((resolve) => lobby.on("serverLost", resolve));
  lobby.wake = () => lobby.poll();
  const ended = draining.end("SIGTERM");
  await until(async () => !(await isReady(draining)));
  // Another process makes what this one will not.
  await create(draining, "Late");
  expect(await names(second)).toEqual(["Ending", "Late"]);
  await lost;
  expect(await ended).toBe(0);

  await Promise.all([first.end(), second.end()]);
  const other = await start("--drain-seconds", "3");
  await create(other, "Alone");
  const since = performance.now();
  const otherEnded = other.end("SIGTERM");
  await until(async () => !(await isReady(other)));
  await expect(client(other).create({ name: "Later" })).rejects.toMatchObject({ code: "server-unreachable" });
  await redis.kill();
  expect(await otherEnded).toBe(0);
  expect(performance.now() - since).toBeLessThan(15_000);
});

describe("behind one load balancer", () => {
  let balancer: LoadBalancer;
  let folder: string;

  beforeEach(async () => {
    await Promise.all([first.end(), second.end()]);
    folder = mkdtempSync(joinPath(tmpdir(), "tickmesh-key-"));
    const key = joinPath(folder, "key");
    writeFileSync(key, randomBytes(32));
    [first, second] = await Promise.all([start("--key", key), start("--key", key)]);
    balancer = await LoadBalancer.start(first.port, second.port);
  });

  afterEach(() => {
    balancer.close();
    rmSync(folder, { recursive: true });
  });

  async function meet(): Promise<{ host: Lobby; guest: Lobby; poll: () => void }> {
    const { url } = balancer;
    const host = await new LobbyClient({ url, gameId: "redis/1" }).create({ name: "Balanced" });
    const guest = await new LobbyClient({ url, gameId: "redis/1" }).join(host.code);
    lobbies.push(host, guest);
    const poll = (): void => {
      for (const lobby of lobbies) lobby.poll();
    };
    await until(() => host.members.size === 2, { step: poll });
    return { host, guest, poll };
  }

  test("O2 whatever process the balancer takes, players reach their lobby", async () => {
    for (let times = 0; times < 4; times++) await meet();
  });

  test("O7 a rolling restart loses no lobby: members come back under the same code, as who they were", async () => {
    const { host, guest, poll } = await meet();
    const { code } = host;
    const ids = [host.localId, guest.localId];
    const states = new Set<string>();
    for (const lobby of [host, guest]) lobby.on("serverLost", () => states.add("lost"));
    for (const server of [first, second]) {
      const other = server === first ? second : first;
      states.clear();
      const ended = server.end("SIGTERM");
      await until(async () => !server.isRunning, { step: poll, deadlineMs: 30_000 });
      expect(await ended).toBe(0);
      await until(() => host.state === "open" && guest.state === "open", { step: poll, deadlineMs: 30_000 });
      await until(() => host.members.size === 2 && guest.members.size === 2, { step: poll, deadlineMs: 30_000 });
      expect([host.code, host.localId, guest.localId]).toEqual([code, ...ids]);
      expect(await names(other)).toEqual(["Balanced"]);
      // Started again, on a port of its own, before the other one goes.
      const next = await start("--key", joinPath(folder, "key"));
      if (server === first) first = next;
      else second = next;
      balancer.ports = [first.port, second.port];
    }
    expect(states).toEqual(new Set(["lost"]));
  });

  test("O7 nor does one that is killed take a lobby with it", async () => {
    const { host, guest, poll } = await meet();
    const { code } = host;
    const ids = [host.localId, guest.localId];
    const lobbiesOf = async ({ adminUrl }: LobbyProcess): Promise<number> =>
      Number(/^tickmesh_lobbies (\d+)$/m.exec(await (await fetch(`${adminUrl}/metrics`)).text())?.[1]);
    const [dying, other] = (await lobbiesOf(first)) === 1 ? [first, second] : [second, first];
    await dying.end("SIGKILL");
    await until(async () => (await lobbiesOf(other)) === 1, { step: poll, deadlineMs: 40_000 });
    const isWhole = (): boolean => [host, guest].every(({ state, members }) => state === "open" && members.size === 2);
    await until(isWhole, { step: poll, deadlineMs: 30_000 });
    expect([host.code, host.localId, guest.localId]).toEqual([code, ...ids]);
  });
});
