interface Packet {
  readonly type: string;
  readonly rid?: string;
  readonly recipient?: string;
}

/** Everybody whose socket is open, by the id that he was given. */
const players = new Map<string, LobbySocket>();

/**
 * Stands in for `WebSocket` while netlib opens its own: a server within the page, with one lobby, in which everybody is introduced to
 * everybody. Its own server is written in Go and keeps its lobbies in a database.
 */
export class LobbySocket extends EventTarget {
  static readonly OPEN = 1;
  readyState = 0;
  readonly #id = `player${players.size}-${Math.random()}`;

  constructor() {
    super();
    queueMicrotask(() => {
      this.readyState = LobbySocket.OPEN;
      players.set(this.#id, this);
      this.dispatchEvent(new Event("open"));
    });
  }

  send(text: string): void {
    const packet = JSON.parse(text) as Packet;
    if (packet.recipient !== undefined) players.get(packet.recipient)?.tell(packet);
    else if (packet.type === "hello") this.tell({ type: "welcome", id: this.#id, secret: "" });
    else if (packet.type === "create") this.#joined(packet);
    else if (packet.type === "join") {
      this.#joined(packet);
      for (const [id, other] of players) {
        if (other === this) continue;
        other.tell({ type: "connect", id: this.#id, polite: true });
        this.tell({ type: "connect", id, polite: false });
      }
    }
  }

  close(): void {
    players.delete(this.#id);
    this.readyState = 3;
  }

  tell(packet: object): void {
    setTimeout(() => this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(packet) })));
  }

  #joined({ rid }: Packet): void {
    this.tell({ type: "joined", rid, lobbyInfo: { code: "bench", leader: this.#id, term: 1 } });
  }
}
