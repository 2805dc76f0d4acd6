import type { Page as ChromiumPage } from "playwright-core";
import type { Page as FirefoxPage } from "puppeteer-core";
import { WebRTCPeerConnection } from "tickmesh";
import { launchChromium, windowOptions } from "../support/chromium.ts";
import { launchFirefox } from "../support/firefox.ts";
import { godotEngine } from "../support/godot-engine.ts";
import type { MeshAgent } from "./agent/mesh-agent.ts";
import { TickmeshAgent } from "./agent/tickmesh-agent.ts";
import { Member } from "./member.ts";
import { servePages } from "./page-server.ts";

/** Everybody who can be in the mesh on this machine. */
export interface Stage {
  readonly members: readonly Member[];
  close(): Promise<void>;
}

/** A page stays as busy as one in view, though nobody looks at it. */
const busyFlags = [
  "--disable-background-timer-throttling",
  "--disable-renderer-backgrounding",
  "--disable-backgrounding-occluded-windows",
];

/** `missing`: the names of those that cannot be had here. */
export async function setStage(missing: ReadonlyMap<string, string>): Promise<Stage> {
  const closers: (() => unknown)[] = [];
  const engine = missing.has("Godot") ? null : await godotEngine();
  const { url, server } = await servePages(engine);
  closers.push(() => server.close());
  const chromium = await launchChromium(busyFlags);
  closers.push(() => chromium.close());

  async function chromiumMember(name: string, path: string): Promise<readonly [Member, ChromiumPage]> {
    const context = await chromium.newContext(windowOptions);
    const page = await context.newPage();
    const member = pageMember(name, page);
    page.on("pageerror", ({ message }) => member.tell({ kind: "trouble", words: message }));
    page.on("console", (message) => {
      if (message.type() === "error") member.tell({ kind: "diagnosis", words: message.text() });
    });
    await page.exposeFunction("tell", member.tell);
    await page.goto(`${url}${path}`);
    return [member, page];
  }

  async function godotMember(): Promise<Member> {
    const [member, page] = await chromiumMember("Godot", "/godot");
    const version = await page.evaluate(() => window.boot());
    if (!version.startsWith("4.6")) throw new Error(`this Godot is ${version}`);
    return member;
  }

  async function firefoxMember(): Promise<Member> {
    const firefox = await launchFirefox();
    closers.push(() => firefox.close());
    const page = await firefox.newPage();
    const member = pageMember("Firefox", page);
    await page.exposeFunction("tell", member.tell);
    await page.goto(`${url}/browser`);
    return member;
  }

  const close = async (): Promise<void> => {
    await Promise.all(closers.map((end) => end()));
  };
  try {
    const [chromiumAndPage, ...others] = await Promise.all([
      chromiumMember("Chromium", "/browser"),
      missing.has("Firefox") ? null : firefoxMember(),
      missing.has("Node") ? null : nodeMember(),
      missing.has("Godot") ? null : godotMember(),
    ]);
    return { members: [chromiumAndPage[0], ...others].filter((member) => member !== null), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Runs in this process, on the loopback interface. */
async function nodeMember(): Promise<Member> {
  // Its package brings a library for some platforms, not for all: so it is loaded only where it is wanted.
  const { nodeBackend } = await import("../../src/backends/node/index.ts");
  const backend = nodeBackend({ bindAddress: "127.0.0.1" });
  const member = new Member("Node", async (method, args) => callIn(agent, method, args));
  const agent = new TickmeshAgent(member.tell, () => new WebRTCPeerConnection({ backend }));
  return member;
}

function callIn(agent: MeshAgent, method: keyof MeshAgent, args: readonly unknown[]): unknown {
  return (agent[method] as (...values: readonly unknown[]) => unknown).apply(agent, [...args]);
}

function pageMember(name: string, page: ChromiumPage | FirefoxPage): Member {
  // The two kinds of page have the same method, with types that do not meet.
  const evaluate = page.evaluate.bind(page) as (run: typeof callAgent, call: AgentCall) => Promise<unknown>;
  return new Member(name, (method, args) => evaluate(callAgent, { method, args }));
}

interface AgentCall {
  readonly method: keyof MeshAgent;
  readonly args: readonly unknown[];
}

/** Runs in the page. */
function callAgent({ method, args }: AgentCall): unknown {
  return (window.agent[method] as (...values: readonly unknown[]) => unknown).apply(window.agent, [...args]);
}
