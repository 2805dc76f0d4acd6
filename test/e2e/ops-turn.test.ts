import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { iceServersFor } from "../../src/server/ice-servers.ts";
import { DEFAULT_LOBBY_SETTINGS } from "../../src/server/settings.ts";
import { TurnClient } from "../support/turn-client.ts";
import { TurnProcess } from "../support/turn-process.ts";

const CONFIGURATION = fileURLToPath(new URL("../../lobby-server/deploy/turnserver.conf", import.meta.url));
const SECRET = "a secret that two servers share";

let turn: TurnProcess;
let clients: TurnClient[];

beforeEach(async () => {
  clients = [];
  turn = await TurnProcess.start("-c", CONFIGURATION, "--realm=turn.example.com", `--static-auth-secret=${SECRET}`);
});

afterEach(async () => {
  for (const client of clients) client.close();
  await turn.end();
});

/** A client with the credentials that the lobby server would hand a player now, or at another time. */
function client(secret = SECRET, laterMs = 0): TurnClient {
  const calendar = { nowMs: () => Date.now() + laterMs };
  const settings = { ...DEFAULT_LOBBY_SETTINGS, iceServers: [], calendar };
  const turnSettings = { urls: ["turn:x"], secret, ttlSeconds: 3_600 };
  const [server] = iceServersFor({ ...settings, turn: turnSettings });
  const made = new TurnClient("127.0.0.1", turn.port, server?.username ?? "", server?.credential ?? "");
  clients.push(made);
  return made;
}

test("O19 with the configuration that is shipped, a player's credentials reach no address of this machine or a private network", async () => {
  const player = client();
  expect(await player.allocate()).toBe(0);
  const answers: Record<string, number> = {};
  const inside = [
    "127.0.0.1",
    "127.1.2.3",
    "0.0.0.0",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
  ];
  for (const address of inside) answers[address] = await player.permit(address);
  expect(answers).toEqual(Object.fromEntries(inside.map((address) => [address, 403])));
  // Nothing is sent there: it is only permitted.
  for (const address of ["9.9.9.9", "172.32.0.1", "100.128.0.1"]) expect(await player.permit(address)).toBe(0);
});

test("O19 nor do they by IPv6", async () => {
  const player = client();
  expect(await player.allocate(6)).toBe(0);
  const inside = ["::1", "::", "fe80::1", "fc00::1", "fd12:3456::1", "ff02::1", "64:ff9b::7f00:1", "2002:7f00:1::1"];
  const answers: Record<string, number> = {};
  for (const address of [...inside, "::ffff:127.0.0.1", "::ffff:10.0.0.1"])
    answers[address] = await player.permit(address);
  expect(answers).toEqual({
    ...Object.fromEntries(inside.map((address) => [address, 403])),
    "::ffff:127.0.0.1": 403,
    "::ffff:10.0.0.1": 403,
  });
  expect(await player.permit("2620:fe::fe")).toBe(0);
});

test("O19 credentials that have ended, or that somebody else signed, are good for nothing", async () => {
  expect(await client(SECRET, -3_700_000).allocate()).toBe(401);
  expect(await client("another secret").allocate()).toBe(401);
});
