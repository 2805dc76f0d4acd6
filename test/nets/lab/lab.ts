import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { BuiltSite } from "../../support/built-site.ts";
import { openChromiumPlayer } from "./chromium-player.ts";
import { LabLobbies } from "./lab-lobbies.ts";
import type { LabPlayer, Seat } from "./lab-player.ts";
import { openNodePlayer } from "./node-player.ts";
import { beInternet, Site } from "./site.ts";

/** The address of every server of the lab. */
const SERVERS = "198.18.0.1";
const TURN_PORT = 3478;
const PAGE_PORT = 8080;
const LOBBY_PORTS = 2567;
const TURN_SECRET = "a secret of the lab's own";
const STARTS_WITHIN_MS = 10_000;

/** Real networks on one machine, with the servers that players need inside. Runs in a network namespace of its own. */
export class Lab {
  readonly #folder = mkdtempSync(join(tmpdir(), "tickmesh-lab-"));
  readonly #players = new Set<LabPlayer>();
  /** Those who play with nobody at present. */
  readonly #idle = new Set<LabPlayer>();
  readonly #lobbies: LabLobbies[] = [];
  #sites = 0;
  #lobbyPort = LOBBY_PORTS;
  #turn: ChildProcess | null = null;
  #pages: BuiltSite | null = null;

  static async open(): Promise<Lab> {
    const lab = new Lab();
    try {
      await lab.#start();
      return lab;
    } catch (error) {
      await lab.close();
      throw error;
    }
  }

  /** A player who sits there, and has met nobody. */
  async borrow({ runtime, network }: Seat): Promise<LabPlayer> {
    const idle = [...this.#idle].find(({ seat }) => seat.runtime === runtime && seat.network === network);
    if (idle !== undefined) this.#idle.delete(idle);
    const player = idle ?? (await this.#seat({ runtime, network }));
    await player.renew();
    return player;
  }

  /** Whoever's network is as it was may play with others. */
  giveBack(player: LabPlayer): void {
    this.#idle.add(player);
  }

  async remove(player: LabPlayer): Promise<void> {
    this.#players.delete(player);
    await player.close();
  }

  /** Another lobby server. `turn`: whether it tells its players of the TURN server; it tells of STUN always. */
  async openLobbies(turn: boolean): Promise<LabLobbies> {
    this.#lobbyPort += 1;
    const urls = ["udp", "tcp"].map((transport) => `turn:${SERVERS}:${TURN_PORT}?transport=${transport}`);
    const lobbies = await LabLobbies.start(
      SERVERS,
      this.#lobbyPort,
      ...["--key", join(this.#folder, "key")],
      ...["--ice-servers", JSON.stringify([{ urls: `stun:${SERVERS}:${TURN_PORT}` }])],
      ...(turn ? ["--turn-urls", urls.join(","), "--turn-secret", TURN_SECRET] : []),
    );
    this.#lobbies.push(lobbies);
    return lobbies;
  }

  async close(): Promise<void> {
    await Promise.all(Array.from(this.#players, (player) => this.remove(player)));
    await Promise.all(this.#lobbies.map((lobbies) => lobbies.stop()));
    this.#pages?.close();
    this.#turn?.kill("SIGKILL");
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #seat({ runtime, network }: Seat): Promise<LabPlayer> {
    this.#sites += 1;
    const site = await Site.open(network, this.#sites);
    const player =
      runtime === "Node"
        ? openNodePlayer(site)
        : await openChromiumPlayer(site, `http://${SERVERS}:${PAGE_PORT}/player.html`, this.#folder);
    this.#players.add(player);
    return player;
  }

  async #start(): Promise<void> {
    beInternet();
    execFileSync("ip", ["address", "replace", `${SERVERS}/32`, "dev", "lo"]);
    writeFileSync(join(this.#folder, "key"), new Uint8Array(32).fill(7));
    await Promise.all([this.#startTurn(), this.#servePage()]);
  }

  async #startTurn(): Promise<void> {
    const listening = [`--listening-ip=${SERVERS}`, `--listening-port=${TURN_PORT}`, `--relay-ip=${SERVERS}`];
    const secret = ["--use-auth-secret", `--static-auth-secret=${TURN_SECRET}`, "--realm=lab"];
    const quiet = ["-n", "--no-cli", "--no-tls", "--no-dtls", "--log-file=stdout", "--simple-log"];
    this.#turn = spawn("turnserver", [...quiet, ...listening, ...secret, `--pidfile=${this.#folder}/turn.pid`], {
      stdio: "ignore",
    });
    await reachable(SERVERS, TURN_PORT);
  }

  async #servePage(): Promise<void> {
    const root = fileURLToPath(new URL(".", import.meta.url));
    this.#pages = await BuiltSite.start({ root, page: "player.html", host: SERVERS, port: PAGE_PORT });
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
