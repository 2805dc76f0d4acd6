import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { build } from "vite";
import { type LobbyServer, startLobbyServer } from "../../../src/server/start-lobby-server.ts";
import { chromiumLaunchOptions } from "../../support/chromium.ts";
import { beInternet, type Network, Site } from "./site.ts";

/** The address of every server of the lab. */
const SERVERS = "198.18.0.1";
const TURN_PORT = 3478;
const PAGE_PORT = 8080;
const TURN_SECRET = "a secret of the lab's own";
const LOBBY_KEY = new Uint8Array(32).fill(7);
const STARTS_WITHIN_MS = 10_000;

const TYPES: Readonly<Record<string, string>> = { ".html": "text/html", ".js": "text/javascript" };

export interface LabOptions {
  /** Whether there is a TURN server. STUN there is always. */
  readonly turn: boolean;
}

/** One player: a Chromium of its own, on a site's machine. */
export interface LabPlayerWindow {
  readonly site: Site;
  readonly page: Page;
}

/** Real networks on one machine, with the servers that players need inside. Runs in a network namespace of its own. */
export class Lab {
  readonly #turns: boolean;
  readonly #folder = mkdtempSync(join(tmpdir(), "tickmesh-lab-"));
  readonly #players = new Map<LabPlayerWindow, Browser>();
  #sites = 0;
  #turn: ChildProcess | null = null;
  #pages: Server | null = null;
  #lobbies: LobbyServer | null = null;

  static async open(options: LabOptions): Promise<Lab> {
    const lab = new Lab(options.turn);
    try {
      await lab.#start();
      return lab;
    } catch (error) {
      await lab.close();
      throw error;
    }
  }

  private constructor(turns: boolean) {
    this.#turns = turns;
  }

  readonly url = `http://${SERVERS}:2567`;

  /** A player on a network of that kind. */
  async player(network: Network): Promise<LabPlayerWindow> {
    this.#sites += 1;
    const site = await Site.open(network, this.#sites);
    const options = await chromiumLaunchOptions();
    const program = join(this.#folder, `chromium-${this.#sites}`);
    writeFileSync(program, `#!/bin/sh\nexec ${site.prefix.join(" ")} "${options.executablePath}" "$@"\n`);
    chmodSync(program, 0o755);
    const browser = await chromium.launch({ ...options, executablePath: program });
    const page = await (await browser.newContext()).newPage();
    page.on("pageerror", (error) => console.error(`${network}: ${error.message}`));
    const player = { site, page };
    this.#players.set(player, browser);
    return player;
  }

  async remove(player: LabPlayerWindow): Promise<void> {
    await this.#players.get(player)?.close();
    this.#players.delete(player);
    player.site.close();
  }

  async stopLobbies(): Promise<void> {
    await this.#lobbies?.close();
    this.#lobbies = null;
  }

  async startLobbies(): Promise<void> {
    const urls = ["udp", "tcp"].map((transport) => `turn:${SERVERS}:${TURN_PORT}?transport=${transport}`);
    this.#lobbies = await startLobbyServer({
      host: SERVERS,
      port: 2567,
      key: LOBBY_KEY,
      iceServers: [{ urls: `stun:${SERVERS}:${TURN_PORT}` }],
      ...(this.#turns && { turn: { urls, secret: TURN_SECRET, ttlSeconds: 3_600 } }),
    });
  }

  /** A fresh page, that has met nobody. */
  async reload({ page }: LabPlayerWindow): Promise<void> {
    await page.goto(`http://${SERVERS}:${PAGE_PORT}/player.html`);
    await page.waitForFunction(() => "labPlayer" in window);
  }

  async close(): Promise<void> {
    await Promise.all(Array.from(this.#players.keys(), (player) => this.remove(player)));
    await this.stopLobbies();
    this.#pages?.closeAllConnections();
    this.#pages?.close();
    this.#turn?.kill("SIGKILL");
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #start(): Promise<void> {
    beInternet();
    execFileSync("ip", ["address", "replace", `${SERVERS}/32`, "dev", "lo"]);
    await this.#startTurn(this.#turns);
    await this.startLobbies();
    await this.#servePage();
  }

  async #startTurn(relays: boolean): Promise<void> {
    const secret = relays ? ["--use-auth-secret", `--static-auth-secret=${TURN_SECRET}`] : ["--stun-only"];
    const flags = ["-n", `--listening-ip=${SERVERS}`, `--listening-port=${TURN_PORT}`, `--relay-ip=${SERVERS}`];
    const quiet = ["--realm=lab", "--no-cli", "--no-tls", "--no-dtls", "--log-file=stdout", "--simple-log"];
    this.#turn = spawn("turnserver", [...flags, ...secret, ...quiet, `--pidfile=${this.#folder}/turn.pid`], {
      stdio: "ignore",
    });
    await reachable(SERVERS, TURN_PORT);
  }

  async #servePage(): Promise<void> {
    const root = fileURLToPath(new URL(".", import.meta.url));
    const outDir = join(this.#folder, "page");
    await build({
      root,
      configFile: false,
      logLevel: "error",
      resolve: { conditions: ["tickmesh-source", "browser", "module", "import", "default"] },
      build: { outDir, rolldownOptions: { input: join(root, "player.html") } },
    });
    this.#pages = createServer(({ url = "/" }, response) => {
      try {
        const file = readFileSync(join(outDir, new URL(url, "http://lab").pathname));
        response.writeHead(200, { "Content-Type": TYPES[extname(url)] ?? "application/octet-stream" }).end(file);
      } catch {
        response.writeHead(404).end();
      }
    });
    this.#pages.listen(PAGE_PORT, SERVERS);
    await once(this.#pages, "listening");
  }
}

/** Waits until something listens there. */
async function reachable(host: string, port: number): Promise<void> {
  const deadline = performance.now() + STARTS_WITHIN_MS;
  for (;;) {
    const socket = connect(port, host);
    const came = await Promise.race([
      once(socket, "connect").then(
        () => true,
        () => false,
      ),
      once(socket, "error").then(() => false),
    ]);
    socket.destroy();
    if (came) return;
    if (performance.now() > deadline) throw new Error(`nothing listens on ${host}:${port}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
