import { createServer, get, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterEach, expect, test } from "vitest";
import { LobbyClient } from "../../src/lobby/index.ts";
import { LobbyErrorCode } from "../../src/lobby/protocol.ts";
import { lobbyRooms } from "../../src/server/lobby-rooms.ts";
import { type LobbyServer, type LobbyServerOptions, startLobbyServer } from "../../src/server/start-lobby-server.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { createOptions, post, RawLobbyClient } from "../support/raw-lobby-client.ts";
import { until } from "../support/until.ts";

const SECRET = "a secret of thirty-two letters..";
const create = "/matchmake/create/tickmesh-lobby";
const list = "/matchmake/joinOrCreate/tickmesh-lobby-list";

let server: LobbyServer | null = null;

async function start(options: LobbyServerOptions): Promise<LobbyServer> {
  server = await startLobbyServer({ port: 0, iceServers: [], log: silent, ...options });
  return server;
}

const silent = { info: () => {}, warn: () => {}, error: () => {} };

afterEach(async () => {
  await server?.close();
  server = null;
});

async function outcome(headers: Record<string, string>, path = create): Promise<string> {
  const { status, body } = await post(server?.url ?? "", path, createOptions, { headers });
  return status === 200 ? "in" : (String(body["error"]).split(":", 1)[0] ?? "");
}

const signed = (claims: Record<string, unknown> = {}, ends: string | null = "1h"): Promise<string> => {
  const token = new SignJWT(claims).setProtectedHeader({ alg: "HS256" });
  return (ends === null ? token : token.setExpirationTime(ends)).sign(new TextEncoder().encode(SECRET));
};
const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

test("O8 pages of origins that are not on the list are refused, requests and sockets; programs without an origin are not", async () => {
  const { url } = await start({ origins: ["https://game.example", "https://*.play.example:8443"] });
  const answers: Record<string, string> = {};
  for (const origin of [
    "https://game.example",
    "https://GAME.example",
    "https://a.b.play.example:8443",
    "https://play.example:8443",
    "https://game.example.evil.example",
    "https://evilgame.example",
    "http://game.example",
    "https://game.example:444",
    "null",
  ]) {
    answers[origin] = await outcome({ origin });
  }
  const { INVALID_OPTIONS } = LobbyErrorCode;
  expect(answers).toEqual({
    "https://game.example": "in",
    "https://GAME.example": "in",
    "https://a.b.play.example:8443": "in",
    "https://play.example:8443": INVALID_OPTIONS,
    "https://game.example.evil.example": INVALID_OPTIONS,
    "https://evilgame.example": INVALID_OPTIONS,
    "http://game.example": INVALID_OPTIONS,
    "https://game.example:444": INVALID_OPTIONS,
    null: INVALID_OPTIONS,
  });
  expect(await outcome({})).toBe("in");
  const upgrade = (origin: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const headers = {
        Connection: "Upgrade",
        Upgrade: "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        Origin: origin,
      };
      get(`${url}/process/ACDEF?sessionId=abc`, { headers })
        .on("response", ({ statusCode = 0 }) => resolve(statusCode))
        .on("upgrade", (_, socket) => {
          socket.destroy();
          resolve(101);
        })
        .on("error", reject);
    });
  expect(await upgrade("https://evil.example")).toBe(403);
  expect(await upgrade("https://game.example")).toBe(101);
});

test("O9 behind so many proxies, the address counts that the outermost of them saw", async () => {
  await start({ trustProxy: 2, createBurst: 2, createsPerSecond: 0.001 });
  const from = (chain: string): Promise<string> => outcome({ "x-forwarded-for": chain });
  // What the player itself has put there is to the left of what the proxies say.
  expect(await from("1.1.1.1, 203.0.113.9, 10.0.0.1")).toBe("in");
  expect(await from("2.2.2.2, 203.0.113.9, 10.0.0.2")).toBe("in");
  expect(await from("3.3.3.3, 203.0.113.9, 10.0.0.1")).toBe("misbehaved");
  expect(await from("203.0.113.10, 10.0.0.1")).toBe("in");
});

test("O10 with a shared secret, whoever has no valid sign-in gets in nowhere", async () => {
  const audience = "floe";
  await start({ signIn: { secret: SECRET, issuer: "https://accounts.example", audience } });
  const claims = { iss: "https://accounts.example", aud: audience };
  const good = await signed(claims);
  for (const path of [create, list]) {
    expect(await outcome({}, path)).toBe("not-signed-in");
    expect(await outcome(bearer("nonsense"), path)).toBe("not-signed-in");
    expect(await outcome(bearer(good), path)).toBe("in");
  }
  const other = await new SignJWT(claims)
    .setProtectedHeader({ alg: "HS256" })
    .setExpirationTime("1h")
    .sign(new TextEncoder().encode("another secret of as many letters"));
  const none = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${good.split(".")[1]}.`;
  const bad = {
    "signed by somebody else": other,
    "not signed": none,
    over: await signed(claims, "-2m"),
    "without end": await signed(claims, null),
    "for another audience": await signed({ ...claims, aud: "other" }),
    "by another issuer": await signed({ ...claims, iss: "https://evil.example" }),
  };
  for (const [what, token] of Object.entries(bad)) {
    expect([what, await outcome(bearer(token))]).toEqual([what, "not-signed-in"]);
  }
});

test("O10 with keys at an address, tokens signed by one of them count; while it cannot be reached, that is said", async () => {
  const { publicKey, privateKey } = await generateKeyPair("ES256");
  const keys = { keys: [{ ...(await exportJWK(publicKey)), kid: "one", alg: "ES256" }] };
  let asked = 0;
  const issuer: Server = createServer((_, response) => {
    asked += 1;
    response.setHeader("content-type", "application/json").end(JSON.stringify(keys));
  });
  await new Promise<void>((resolve) => issuer.listen(0, "127.0.0.1", resolve));
  const { port } = issuer.address() as AddressInfo;
  await start({ signIn: { jwksUrl: `http://127.0.0.1:${port}/keys` } });
  const token = await new SignJWT({})
    .setProtectedHeader({ alg: "ES256", kid: "one" })
    .setExpirationTime("1h")
    .sign(privateKey);
  for (let times = 0; times < 3; times++) expect(await outcome(bearer(token))).toBe("in");
  expect(asked).toBe(1);
  // The public key is no secret to sign with.
  const forged = await new SignJWT({})
    .setProtectedHeader({ alg: "HS256", kid: "one" })
    .setExpirationTime("1h")
    .sign(new TextEncoder().encode(JSON.stringify(keys.keys[0])));
  expect(await outcome(bearer(forged))).toBe("not-signed-in");
  await new Promise((resolve) => issuer.close(resolve));
  await server?.close();
  await start({ signIn: { jwksUrl: `http://127.0.0.1:${port}/keys` } });
  expect(await outcome(bearer(token))).toBe("server-unreachable");
});

test("O10 a client brings its sign-in to each request, and puts it into no URL", async () => {
  const { url } = await start({ signIn: { secret: SECRET } });
  let asked = 0;
  const signIn = (): Promise<string> => {
    asked += 1;
    return signed();
  };
  const lobby = await new LobbyClient({ url, gameId: "in/1", signIn }).create({ name: "Known" });
  expect(asked).toBe(1);
  expect((await new LobbyClient({ url, gameId: "in/1", signIn }).list()).length).toBe(1);
  const stranger = new LobbyClient({ url, gameId: "in/1" });
  await expect(stranger.join(lobby.code)).rejects.toMatchObject({ code: "not-signed-in" });
  await expect(stranger.list()).rejects.toMatchObject({ code: "not-signed-in" });
  const away = (): Promise<string> => Promise.reject(new Error("accounts are away"));
  const lost = new LobbyClient({ url, gameId: "in/1", signIn: away });
  await expect(lost.join(lobby.code)).rejects.toMatchObject({
    code: "not-signed-in",
    message: "signIn failed: accounts are away",
  });
  lobby.leave();
});

test("O20 a program that gives a key or a secret that is too short, or no origin, is told so", async () => {
  const wrong = { code: "invalid-options" };
  await expect(start({ key: new Uint8Array(31) })).rejects.toMatchObject(wrong);
  expect(() => lobbyRooms({ key: new Uint8Array(0) })).toThrow(expect.objectContaining(wrong));
  await expect(start({ signIn: { secret: "too short" } })).rejects.toMatchObject(wrong);
  await expect(start({ signIn: {} })).rejects.toMatchObject(wrong);
  await expect(start({ signIn: { secret: SECRET, jwksUrl: "https://a.example" } })).rejects.toMatchObject(wrong);
  await expect(start({ origins: ["https://a.example/game"] })).rejects.toMatchObject(wrong);
});

test("O11 a lobby has no more players than the server allows, whatever its creator asks for", async () => {
  const { url } = await start({ maxPlayers: 3 });
  const lobby = await new LobbyClient({ url, gameId: "few/1" }).create({ name: "Few", maxPeers: 8 });
  expect(lobby.maxPeers).toBe(3);
  lobby.leave();
});

test("O11 a lobby in which only one player is, who says nothing, is closed after a while; one with two is not", async () => {
  // Time stands still unless the test moves it; the server looks every 10 ms.
  const clock = new ManualClock();
  const { url } = await start({ clock, idleMs: 40 });
  const client = new LobbyClient({ url, gameId: "idle/1" });
  const [lonely, host] = [await client.create({ name: "Lonely" }), await client.create({ name: "Two" })];
  const guest = await client.join(host.code);
  const removals: unknown[] = [];
  for (const lobby of [lonely, host, guest]) lobby.on("removed", (code) => removals.push([lobby.name, code]));
  const poll = (): void => {
    for (const lobby of [lonely, host, guest]) lobby.poll();
  };
  const looks = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 100));
  clock.advance(40);
  await until(() => removals.length > 0, { step: poll });
  await looks();
  poll();
  expect(removals).toEqual([["Lonely", "idle"]]);
  expect((await client.list()).map(({ name }) => name)).toEqual(["Two"]);
  // Players need say nothing here while they play: who is left over has as long again.
  clock.advance(3_600_000);
  guest.leave();
  await until(() => host.members.size === 1, { step: poll });
  clock.advance(39);
  await looks();
  poll();
  expect(host.state).toBe("open");
  clock.advance(1);
  await until(() => host.state === "ended", { step: poll });
});

test("O11 a longer message than the server was told to take ends the client that sends it", async () => {
  const { url } = await start({ messageBytes: 16_384 });
  const client = await RawLobbyClient.create(url);
  const offer = { kind: "description", attempt: 1, type: "offer", candidates: [] };
  client.send("signal", { to: 2, signal: { ...offer, sdp: "x".repeat(16_000) } });
  client.send("signal", { to: 2, signal: { ...offer, sdp: "x".repeat(17_000) } });
  const refused = await client.hears("refused");
  expect(refused["reason"]).toMatch(/^a message of 17\d+ bytes, at most 16384 are allowed$/);
  await client.closes();
});
