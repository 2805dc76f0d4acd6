import { randomUUID } from "node:crypto";
import { httpAnswer } from "./http-answer.ts";
import { LeanSocket, textFrame } from "./lean-socket.ts";
import type { Entrance, Player, Ports } from "./player.ts";

/** As often as PeerJS says so; who does not is let go. */
const HEARTBEAT_MS = 5_000;
const heartbeat = textFrame('{"type":"HEARTBEAT"}');

/** A client of PeerJS' server: it asks for an id, as PeerJS does unless it is given one, and opens its socket. */
class PeerJsPlayer implements Player {
  onMessage: () => void = () => {};
  #id = "";
  #socket: LeanSocket | null = null;
  #heartbeat: ReturnType<typeof setInterval> | undefined;

  async open(port: number): Promise<void> {
    this.#id = await httpAnswer(port, `/peerjs/id?ts=${performance.now()}&version=1.5.5`);
    let isOpen: () => void = () => {};
    const opened = new Promise<void>((resolve) => {
      isOpen = resolve;
    });
    const path = `/peerjs?key=peerjs&id=${this.#id}&token=${randomUUID().slice(0, 11)}&version=1.5.5`;
    this.#socket = await LeanSocket.open(port, path, (message) => {
      const type = typeOf(message);
      if (type === "OPEN") isOpen();
      else if (type === "OFFER" || type === "ANSWER" || type === "CANDIDATE") this.onMessage();
      else throw new Error(`PeerJS' server said ${message.toString()}`);
    });
    await opened;
    this.#heartbeat = setInterval(() => this.send(heartbeat), HEARTBEAT_MS);
  }

  frameTo(receiver: PeerJsPlayer, message: unknown): Buffer {
    return textFrame(JSON.stringify({ ...(message as object), dst: receiver.#id }));
  }

  send(frame: Buffer): void {
    this.#socket?.send(frame);
  }

  async leave(): Promise<void> {
    clearInterval(this.#heartbeat);
    this.#socket?.close();
    await this.#socket?.closed;
  }
}

/** The server writes the type first. */
function typeOf(message: Buffer): string {
  return /^\{"type":"([A-Z-]+)"/.exec(message.toString("latin1", 0, 32))?.[1] ?? "";
}

async function join([port]: Ports, players: number): Promise<readonly PeerJsPlayer[]> {
  if (port === undefined) throw new Error("no server");
  const made = Array.from({ length: players }, () => new PeerJsPlayer());
  await Promise.all(made.map((player) => player.open(port)));
  return made;
}

export const peerJsEntrance: Entrance = { join };
