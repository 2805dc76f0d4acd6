import { cpSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { build, createServer, type InlineConfig, preview } from "vite";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { launchChromium } from "../support/chromium.ts";
import { titleOnceDone } from "./app-page.ts";

// The same in development: vite's own client needs no more than this.
const policy = "script-src 'self'; worker-src 'self'";

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());

/** An app in the project that installed the package: a page, a program, and vite told to send the policy. */
function freshApp(name: string): InlineConfig {
  const root = join(inject("consumer"), name);
  cpSync(fileURLToPath(new URL("app", import.meta.url)), root, { recursive: true });
  const serving = { host: "127.0.0.1", port: 0, headers: { "content-security-policy": policy } };
  return { root, logLevel: "warn", server: serving, preview: serving };
}

/** What the page says in the end, having been served under the policy. */
async function played(url = ""): Promise<string> {
  const response = await fetch(url);
  expect(response.headers.get("content-security-policy")).toBe(policy);
  return titleOnceDone(browser, url);
}

test("T18 in a fresh Vite app sessions and the loop run from the development server, under a strict policy", async () => {
  const server = await createServer(freshApp("loop-served"));
  await server.listen();
  try {
    expect(await played(server.resolvedUrls?.local[0])).toBe("ticked on while hidden, drew true, said hello");
  } finally {
    await server.close();
  }
});

test("T18 in a fresh Vite app sessions and the loop run from a bundle, under a strict policy", async () => {
  const app = freshApp("loop-built");
  await build(app);
  const server = await preview(app);
  try {
    expect(await played(server.resolvedUrls?.local[0])).toBe("ticked on while hidden, drew true, said hello");
  } finally {
    await server.close();
  }
});
