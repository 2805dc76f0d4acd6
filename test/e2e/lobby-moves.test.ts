import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RedisDriver } from "@colyseus/redis-driver";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LOBBY_ROOM } from "../../src/lobby/protocol.ts";
import { CuttableLine } from "../support/cuttable-line.ts";
import { LobbyProcess } from "../support/lobby-process.ts";
import { joinOptions, RawLobbyClient } from "../support/raw-lobby-client.ts";
import { RedisProcess } from "../support/redis-process.ts";
import { until } from "../support/until.ts";

let redis: RedisProcess;
let first: LobbyProcess;
let second: LobbyProcess;
let folder: string;
let directory: RedisDriver;

beforeEach(async () => {
  redis = await RedisProcess.start();
  directory = new RedisDriver(redis.port);
  folder = mkdtempSync(join(tmpdir(), "tickmesh-key-"));
  const key = join(folder, "key");
  writeFileSync(key, randomBytes(32));
  const start = (): Promise<LobbyProcess> =>
    LobbyProcess.start("--redis", redis.url, "--key", key, "--drain-seconds", "0");
  [first, second] = await Promise.all([start(), start()]);
});
afterEach(async () => {
  await directory.shutdown();
  await Promise.all([first.end(), second.end()]);
  await redis.kill();
  rmSync(folder, { recursive: true });
});

const figure = async ({ adminUrl }: LobbyProcess, name: string): Promise<number> =>
  Number(new RegExp(`^tickmesh_${name} (\\d+)$`, "m").exec(await (await fetch(`${adminUrl}/metrics`)).text())?.[1]);

/** The process that everybody is sent to by this code. */
const processOf = async (code: string): Promise<string> => {
  const room: { processId: string } | undefined = await directory.findOne({ roomId: code });
  return room?.processId ?? "nobody";
};

async function openAgain(server: LobbyProcess, { token, welcome, peerId }: RawLobbyClient): Promise<RawLobbyClient> {
  const { protocolVersion, gameId, profile } = joinOptions;
  const request = { protocolVersion, gameId, profile, token, record: welcome["record"], members: [peerId] };
  return until(() => RawLobbyClient.enter(server.url, `/matchmake/create/${LOBBY_ROOM}`, request).catch(() => null), {
    deadlineMs: 20_000,
    everyMs: 250,
    what: "the lobby to be opened again",
  });
}

test("O7 a process that ends late takes nothing from the one that has its lobby by then", async () => {
  const host = await RawLobbyClient.create(first.url);
  const line = await CuttableLine.to(first.port);
  const guest = await RawLobbyClient.join(line.url, host.code);
  // A phone that sleeps: it will not answer that the socket closes, so that the lobby's old process waits for it.
  line.stall();
  const ended = first.end("SIGTERM");
  await host.closes();
  const again = await openAgain(second, host);
  const owner = await processOf(host.code);
  expect(await ended).toBe(0);
  expect(await processOf(host.code)).toBe(owner);
  const back = await RawLobbyClient.join(second.url, host.code, { token: guest.token });
  expect([again.peerId, back.peerId]).toEqual([host.peerId, guest.peerId]);
  line.close();
});

test("O5 a process that was taken for dead gives way to the one that has its lobby by then", async () => {
  const host = await RawLobbyClient.create(first.url);
  const guest = await RawLobbyClient.join(first.url, host.code);
  first.signal("SIGSTOP");
  // It will notice all at once, and say so to the directory, before it knows how long it was away.
  for (const client of [host, guest]) client.vanish();
  const again = await openAgain(second, host);
  const owner = await processOf(host.code);
  first.signal("SIGCONT");
  await until(async () => (await figure(first, "lobbies")) === 0, { what: "the older lobby to be closed" });
  expect([await processOf(host.code), await figure(second, "lobbies")]).toEqual([owner, 1]);
  const back = await RawLobbyClient.join(first.url, host.code, { token: guest.token });
  await again.hears("joined", { member: { peerId: back.peerId, profile: {} } });
});
