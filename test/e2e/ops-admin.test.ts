import { afterEach, beforeEach, expect, test } from "vitest";
import { type Lobby, LobbyClient } from "../../src/lobby/index.ts";
import { LobbyProcess } from "../support/lobby-process.ts";

const PASSWORD = "correct horse battery";
let server: LobbyProcess;
let lobby: Lobby;

beforeEach(async () => {
  server = await LobbyProcess.start("--monitor-password", PASSWORD);
  lobby = await new LobbyClient({ url: server.url, gameId: "admin/1" }).create({ name: "Seen", password: "hush" });
});

afterEach(async () => {
  lobby.leave();
  await server.end();
});

const look = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${server.adminUrl}${path}`, { headers });
const basic = (pair: string): Record<string, string> => ({ authorization: `Basic ${btoa(pair)}` });

test("O13 it says that it lives, and whether it is ready, on both ports; what else it knows on one alone", async () => {
  for (const url of [server.adminUrl, server.url]) {
    expect((await fetch(`${url}/health`)).status).toBe(200);
    expect((await fetch(`${url}/ready`)).status).toBe(200);
  }
  for (const path of ["/metrics", "/monitor", "/monitor/api"]) {
    expect((await fetch(`${server.url}${path}`)).status).toBe(404);
  }
  expect((await fetch(`${server.adminUrl}/health`, { method: "POST" })).status).toBe(405);
  expect(new URL(server.adminUrl).hostname).toBe("127.0.0.1");
});

test("O14 metrics count what it has and did", async () => {
  await expect(new LobbyClient({ url: server.url, gameId: "other/1" }).join(lobby.code)).rejects.toThrow();
  await expect(new LobbyClient({ url: server.url, gameId: "admin/1" }).join("AAAAA")).rejects.toThrow();
  const text = await (await look("/metrics")).text();
  const value = (name: string): number => Number(new RegExp(`^${name} ([\\d.e-]+)$`, "m").exec(text)?.[1]);
  expect(value("tickmesh_lobbies")).toBe(1);
  expect(value("tickmesh_members")).toBe(1);
  expect(value("tickmesh_sockets")).toBeGreaterThanOrEqual(1);
  expect(value("tickmesh_joins_total")).toBe(1);
  expect(value('tickmesh_refusals_total{code="wrong-version"}')).toBe(1);
  expect(value('tickmesh_refusals_total{code="unknown-code"}')).toBe(1);
  expect(value("tickmesh_messages_in_total")).toBeGreaterThan(0);
  expect(value("tickmesh_bytes_in_total")).toBeGreaterThan(0);
  expect(value("tickmesh_messages_out_total")).toBeGreaterThan(0);
  expect(value("tickmesh_relay_bytes_total")).toBe(0);
  expect(value("tickmesh_ready")).toBe(1);
  expect(value("nodejs_eventloop_lag_seconds")).toBeGreaterThanOrEqual(0);
  expect(text).not.toContain(lobby.code);
  expect(text).not.toContain("127.0.0.1");
});

test("O15 the monitor is for who knows its password, shows lobbies without their secrets, and cannot meddle", async () => {
  for (const headers of [{}, basic("admin:wrong"), basic(`root:${PASSWORD}`), { authorization: "Basic ///" }]) {
    const refused = await look("/monitor/api", headers as Record<string, string>);
    expect(refused.status).toBe(401);
    expect(refused.headers.get("www-authenticate")).toContain("Basic");
  }
  const known = basic(`admin:${PASSWORD}`);
  const page = await look("/monitor/", known);
  expect(page.status).toBe(200);
  expect(await page.text()).toContain("<html");
  const rooms = await (await look("/monitor/api", known)).text();
  expect(rooms).toContain(lobby.code);
  const room = await (await look(`/monitor/api/room?roomId=${lobby.code}`, known)).text();
  for (const secret of ["hush", "secret", "token"]) expect(`${rooms}${room}`).not.toContain(secret);
  const calls = [`/monitor/api/room/call?roomId=${lobby.code}&method=disconnect&args=[]`];
  calls.push(calls[0]?.replace("/call", "/%63all") ?? "", calls[0]?.replace("/call", "//call") ?? "");
  for (const call of calls) expect([call, (await look(call, known)).status]).toEqual([call, 403]);
  // A page elsewhere, open in the operator's browser.
  expect((await look("/monitor/api", { ...known, "sec-fetch-site": "cross-site" })).status).toBe(403);
  await expect(new LobbyClient({ url: server.url, gameId: "admin/1" }).join(lobby.code)).rejects.toMatchObject({
    code: "wrong-password",
  });
});

test("O16 its log holds neither addresses nor secrets unless asked for, and is JSON where no person reads it", async () => {
  const told = await LobbyProcess.start("--create-burst", "1", "--creates-per-second", "0.001", "--log-addresses");
  const quiet = await LobbyProcess.start("--create-burst", "1", "--creates-per-second", "0.001");
  for (const process of [told, quiet]) {
    const client = new LobbyClient({ url: process.url, gameId: "admin/1" });
    (await client.create({ name: "One", password: "hush" })).leave();
    await expect(client.create({ name: "Two" })).rejects.toThrow();
    await process.end("SIGTERM");
  }
  for (const line of [...told.logged, ...quiet.logged]) {
    expect(JSON.parse(line)).toMatchObject({ level: expect.any(Number), msg: expect.any(String) });
    expect(line).not.toContain("hush");
  }
  expect(told.logged.join()).toContain("127.0.0.1");
  expect(quiet.logged.join()).not.toContain("127.0.0.1");
  expect(quiet.logged.length).toBeGreaterThan(0);
});
