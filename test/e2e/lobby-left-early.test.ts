import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LobbyClient, type LobbyClientOptions } from "../../src/lobby/index.ts";
import { type LobbyServer, startLobbyServer } from "../../src/server/start-lobby-server.ts";
import { collectDiagnostics } from "../support/diagnostics.ts";
import { PagedGlobals } from "../support/paged-globals.ts";
import { until } from "../support/until.ts";
import { WatchedLobby } from "../support/watched-lobby.ts";

// There is no WebRTC here, of which meshes that are polled complain.
collectDiagnostics();

/** The relay's code is on its way until then. */
let arrive: (() => void) | null = null;
vi.mock("../../src/backends/paths/index.ts", async (original) => {
  await new Promise<void>((resolve) => {
    arrive = resolve;
  });
  return original();
});

let server: LobbyServer;

beforeEach(async () => {
  server = await startLobbyServer({ port: 0, iceServers: [] });
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await server.close();
});

test("L32 a page that is left once the server has let it in, and before its lobby is made, has left that", async () => {
  const client = (more: Partial<LobbyClientOptions> = {}): LobbyClient =>
    new LobbyClient({ url: server.url, gameId: "test/1", ...more });
  const host = new WatchedLobby(await client({ relay: false }).create({ name: "Test" }));
  const page = new PagedGlobals();
  const joining = client().join(host.lobby.code);
  const refused = expect(joining).rejects.toMatchObject({ code: "server-unreachable", message: "this page was left" });
  await until(() => arrive !== null && host.named("memberJoined").length === 1, { step: () => host.lobby.poll() });
  page.leave();
  await until(() => host.named("memberLeft").length === 1, { step: () => host.lobby.poll() });
  expect(host.named("memberLeft")[0]?.[2]).toBe("left");
  arrive?.();
  page.show();
  await refused;
  expect(page.listening).toBe(0);
  host.lobby.leave();
});
