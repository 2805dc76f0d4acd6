import { type ChildProcess, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "./until.ts";

/**
 * A coturn on this machine (`turnserver` must be on the path) that takes credentials signed by a shared secret, and relays on the
 * loopback interface alone.
 */
export class TurnServer {
  readonly port: number;
  readonly secret: string;
  readonly #child: ChildProcess;
  readonly #folder: string;

  static async start(secret: string): Promise<TurnServer> {
    const server = new TurnServer(await freePort(), secret);
    // What it prints comes late, if its output is no terminal: it is ready when it answers.
    await until(() => answers(server.port), { what: "coturn to answer" });
    return server;
  }

  private constructor(port: number, secret: string) {
    this.port = port;
    this.secret = secret;
    this.#folder = mkdtempSync(join(tmpdir(), "turn-"));
    const flags = [
      ...["-n", "--listening-ip=127.0.0.1", `--listening-port=${port}`, "--relay-ip=127.0.0.1", "--realm=test"],
      ...["--use-auth-secret", `--static-auth-secret=${secret}`, "--allow-loopback-peers"],
      ...["--no-cli", "--no-tls", "--no-dtls", "--log-file=stdout", "--simple-log"],
      ...[`--pidfile=${this.#folder}/pid`, `--userdb=${this.#folder}/db`],
    ];
    this.#child = spawn("turnserver", flags, { stdio: "ignore" });
  }

  get url(): string {
    return `turn:127.0.0.1:${this.port}?transport=udp`;
  }

  async close(): Promise<void> {
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await ended;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address();
  socket.close();
  return port;
}

/** Whether somebody answers a STUN binding request. */
async function answers(port: number): Promise<boolean> {
  const socket = createSocket("udp4");
  try {
    const request = Buffer.from("000100002112a442".padEnd(40, "7"), "hex");
    socket.send(request, port, "127.0.0.1");
    return await Promise.race([
      once(socket, "message").then(() => true),
      new Promise<false>((resolve) => setTimeout(() => resolve(false), 100)),
    ]);
  } finally {
    socket.close();
  }
}
