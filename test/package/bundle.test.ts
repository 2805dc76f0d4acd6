import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import type { Browser } from "playwright-core";
import { build, createServer as createViteServer } from "vite";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { launchChromium } from "../support/chromium.ts";
import { titleOnceDone } from "./app-page.ts";

const connecting = `
import { WebRTCPeerConnection } from "tickmesh";
const [a, b] = [new WebRTCPeerConnection(), new WebRTCPeerConnection()];
const [toB, toA] = [a, b].map((it) => it.createDataChannel("game", { negotiated: true, id: 1 }));
for (const [from, to] of [[a, b], [b, a]]) {
  from.on("sessionDescriptionCreated", (type, sdp) => {
    from.setLocalDescription(type, sdp);
    to.setRemoteDescription(type, sdp);
  });
  from.on("iceCandidateCreated", (media, index, name) => to.addIceCandidate(media, index, name));
}
a.createOffer();
const timer = setInterval(() => {
  a.poll();
  b.poll();
  if (toB.getReadyState() === 1 && toA.getAvailablePacketCount() === 0) toB.putVar({ hello: "there" });
  if (toA.getAvailablePacketCount() > 0) {
    document.title = "got " + JSON.stringify(toA.getVar());
    clearInterval(timer);
  }
}, 5);
`;

const ticking = `
import { createDriver } from "tickmesh/driver";
const worker = new Worker(new URL("tickmesh/driver-worker", import.meta.url), { type: "module" });
worker.onmessage = () => {
  document.title = "ticked " + typeof createDriver;
};
worker.postMessage({ intervalMs: 10 });
`;

const policy = "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; img-src data:";
const types: Record<string, string> = { ".html": "text/html", ".js": "text/javascript" };

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());

/** A page of its own in the project that installed the package. */
function writeApp(name: string, script: string): string {
  const app = join(inject("consumer"), name);
  mkdirSync(app, { recursive: true });
  const page =
    '<!doctype html><title>waiting</title><link rel="icon" href="data:,"><script type="module" src="./main.js"></script>';
  writeFileSync(join(app, "index.html"), page);
  writeFileSync(join(app, "main.js"), script);
  return app;
}

async function titleOfBuilt(app: string): Promise<string> {
  await build({ root: app, logLevel: "warn", build: { modulePreload: { polyfill: false } } });
  const server = await serveStrictly(join(app, "dist"));
  try {
    return await titleOnceDone(browser, `http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  } finally {
    server.close();
  }
}

async function serveStrictly(folder: string): Promise<Server> {
  const files = new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(folder.length).replaceAll("\\", "/").replace("/index.html", "/"), path]),
  );
  const server = createServer((request, response) => {
    const path = files.get(request.url ?? "");
    const type = types[extname(path ?? "")] ?? "application/octet-stream";
    response.writeHead(path === undefined ? 204 : 200, { "content-type": type, "content-security-policy": policy });
    response.end(path === undefined ? "" : readFileSync(path));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

async function titleOfServed(app: string): Promise<string> {
  const server = await createViteServer({ root: app, logLevel: "warn", server: { host: "127.0.0.1", port: 0 } });
  await server.listen();
  try {
    return await titleOnceDone(browser, server.resolvedUrls?.local[0] ?? "");
  } finally {
    await server.close();
  }
}

test("E1 a bundle that imports nothing but the connection connects, under a strict policy", async () => {
  expect(await titleOfBuilt(writeApp("connecting", connecting))).toBe('got {"hello":"there"}');
});

test("E1 the same page connects from vite's development server", async () => {
  expect(await titleOfServed(writeApp("connecting", connecting))).toBe('got {"hello":"there"}');
});

test("E2 the driver's worker is taken by its url, in a bundle under a strict policy", async () => {
  expect(await titleOfBuilt(writeApp("ticking", ticking))).toBe("ticked function");
});

test("E2 the driver's worker is taken by its url from vite's development server", async () => {
  expect(await titleOfServed(writeApp("ticking", ticking))).toBe("ticked function");
});
