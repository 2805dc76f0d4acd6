import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LOBBY_ROOM } from "../../src/lobby/protocol.ts";
import { LobbyProcess } from "../support/lobby-process.ts";
import { joinOptions, RawLobbyClient } from "../support/raw-lobby-client.ts";
import { RedisProcess } from "../support/redis-process.ts";
import { until } from "../support/until.ts";

let redis: RedisProcess;
let processes: LobbyProcess[];
let folder: string;

const start = (key: string): Promise<LobbyProcess> =>
  LobbyProcess.start("--redis", redis.url, "--key", key, "--creates-per-second", "1000");

beforeEach(async () => {
  redis = await RedisProcess.start();
  folder = mkdtempSync(join(tmpdir(), "tickmesh-key-"));
  const key = join(folder, "key");
  writeFileSync(key, randomBytes(32));
  processes = await Promise.all([1, 2, 3].map(() => start(key)));
});
afterEach(async () => {
  await Promise.all(processes.map((each) => each.end()));
  await redis.kill();
  rmSync(folder, { recursive: true });
});

test("V28 when a process dies, many ask two others at once to open its lobby again, and one of them does", async () => {
  const [first, ...others] = processes as [LobbyProcess, LobbyProcess, LobbyProcess];
  const host = await RawLobbyClient.create(first.url, { maxPeers: 10 });
  const { code } = host;
  const guests: RawLobbyClient[] = [];
  for (let i = 0; i < 7; i++) guests.push(await RawLobbyClient.join(first.url, code));
  const all = [host, ...guests];
  await first.end("SIGKILL");
  const { protocolVersion, gameId, profile } = joinOptions;
  const members = all.map(({ peerId }) => peerId);
  const back = new Map<number, RawLobbyClient>();
  const opened: number[] = [];
  const refusals = new Set<string>();
  const noteRefusal = (error: Error): null => {
    refusals.add(error.message.split(":")[0] as string);
    return null;
  };
  const open = async ({ peerId, token, welcome }: RawLobbyClient, url: string): Promise<void> => {
    const request = { protocolVersion, gameId, profile, token, record: welcome["record"], members };
    const path = `/matchmake/create/${LOBBY_ROOM}`;
    const client = await RawLobbyClient.enter(url, path, request).catch(noteRefusal);
    if (client === null) return;
    opened.push(peerId);
    back.set(peerId, client);
  };
  const url = (index: number): string => (others[index % 2] as LobbyProcess).url;
  await until(
    async () => {
      await Promise.all(all.map((client, index) => open(client, url(index))));
      return opened.length > 0;
    },
    { deadlineMs: 40_000, what: "the lobby to be opened again" },
  );
  expect(opened).toHaveLength(1);
  expect([...refusals]).toEqual(["already-open"]);
  for (const [index, client] of all.entries()) {
    if (back.has(client.peerId)) continue;
    back.set(client.peerId, await RawLobbyClient.join(url(index), code, { token: client.token }));
  }
  expect([...back.values()].map(({ peerId }) => peerId).sort()).toEqual(members.sort());
  const instances = new Set([...back.values()].map(({ welcome }) => welcome["instance"]));
  expect([instances.size, instances.has(host.welcome["instance"])]).toEqual([1, false]);
});
