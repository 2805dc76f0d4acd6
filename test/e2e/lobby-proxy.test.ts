import { createServer, request, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LobbyClient } from "../../src/lobby/index.ts";
import { type LobbyServer, startLobbyServer } from "../../src/server/start-lobby-server.ts";
import { until } from "../support/until.ts";

/** What the proxy does with WebSockets; plain requests always pass. */
type Upgrades = "pass" | "drop" | "swallow";

let server: LobbyServer;
let proxy: Server;
let upgrades: Upgrades;
/** Of WebSockets that were asked for: how many so far, and the sockets that are open. */
let asked: number;
let sockets: Set<Socket>;
let said: unknown[];

beforeEach(async () => {
  said = [];
  for (const name of ["info", "warn", "error"] as const) {
    vi.spyOn(console, name).mockImplementation((...words) => void said.push(words));
  }
  server = await startLobbyServer({ port: 0, iceServers: [] });
  [asked, sockets] = [0, new Set()];
  proxy = createServer((incoming, outgoing) => {
    const { method, url: path, headers } = incoming;
    const onward = request({ host: "127.0.0.1", port: server.port, method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(onward);
  });
  proxy.on("upgrade", (incoming, socket: Socket) => {
    asked += 1;
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("end", () => socket.end());
    socket.on("close", () => sockets.delete(socket));
    if (upgrades === "drop") socket.destroy();
    if (upgrades === "swallow") socket.resume();
    if (upgrades !== "pass") return;
    const onward = connect(server.port, "127.0.0.1", () => {
      const lines = Object.entries(incoming.headers).map(([name, value]) => `${name}: ${String(value)}`);
      onward.write(`GET ${incoming.url} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
      socket.pipe(onward).pipe(socket);
    });
    onward.on("close", () => socket.destroy());
    onward.on("error", () => socket.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
});

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  proxy.closeAllConnections();
  proxy.close();
  await server.close();
  vi.restoreAllMocks();
});

function client(timeLimitMs: number): LobbyClient {
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  return new LobbyClient({ url, gameId: "proxy/1", timeLimitMs });
}

test("L5 where a proxy drops WebSockets, a request fails at once, and only a watched list goes on trying, in its own time", async () => {
  upgrades = "drop";
  const unreachable = { code: "server-unreachable" };
  await expect(client(10_000).create({ name: "Test" })).rejects.toMatchObject(unreachable);
  await expect(client(10_000).list()).rejects.toMatchObject(unreachable);
  expect(asked).toBe(2);
  const list = client(10_000).watchLobbies();
  const states: string[] = [];
  list.on("changed", () => states.push(list.state));
  for (const tries of [3, 4]) {
    await until(() => asked === tries, { step: () => list.poll(), deadlineMs: 10_000 });
    await until(() => list.retryInMs > 0, { step: () => list.poll() });
  }
  expect(new Set(states)).toEqual(new Set(["unreachable"]));
  upgrades = "pass";
  await until(() => list.state === "live", { step: () => list.poll(), deadlineMs: 20_000 });
  expect(asked).toBe(5);
  list.close();
  await until(() => sockets.size === 0);
  expect(said).toEqual([]);
});

test("L5 where a proxy swallows WebSockets, a request fails in time, and lets its socket go", async () => {
  upgrades = "swallow";
  await expect(client(500).create({ name: "Test" })).rejects.toMatchObject({ code: "server-unreachable" });
  await until(() => sockets.size === 0);
  expect(asked).toBe(1);
  expect(said).toEqual([]);
});
