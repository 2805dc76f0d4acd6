import { type Client, Room } from "@colyseus/core";

export const BARE_ROOM = "bare";

interface Signal {
  readonly to: string;
  readonly signal: unknown;
}

/** What a room costs that does no more than it must: nothing is checked, counted, kept or listed. */
export class BareRoom extends Room {
  /** There is no state to be sent. */
  override patchRate = null;

  override onCreate(): void {
    this.onMessage("signal", (sender: Client, { to, signal }: Signal) => {
      this.clients.getById(to)?.send("signal", { from: sender.sessionId, signal });
    });
    this.onMessageBytes(0, (sender: Client, packet: Uint8Array) => {
      for (const other of this.clients) if (other !== sender) other.sendBytes(0, packet);
    });
  }

  override onJoin(client: Client): void {
    const { sessionId } = client;
    const members = this.clients.map((each) => each.sessionId);
    client.send("welcome", { roomId: this.roomId, sessionId, members });
    this.broadcast("joined", { member: sessionId }, { except: client });
  }
}
