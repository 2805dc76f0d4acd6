import type { Broadcaster } from "./broadcaster.ts";
import { RoomSignaller } from "./room-signaller.ts";
import { SessionPlayer } from "./session-player.ts";

/** A session of players who may be in pages of their own. */
export class SessionBroadcaster implements Broadcaster {
  onMessage: () => void = () => {};
  readonly connected: Promise<void>;
  readonly #signaller: RoomSignaller;
  readonly #player: SessionPlayer;
  #isPlaying = false;

  constructor(mesh: string, index: number, size: number) {
    this.#signaller = new RoomSignaller(mesh, index + 1, size);
    this.#player = new SessionPlayer(this.#signaller, size - 1);
    this.#player.session.onMessage("unreliable", () => this.onMessage());
    this.connected = this.#player.joined;
  }

  begin(): void {
    this.#signaller.begin();
  }

  /** Once a tick and no oftener, as a game does, from the first tick on. */
  poll(): void {
    if (!this.#isPlaying) this.#player.driver.stop();
    this.#isPlaying = true;
    this.#player.session.poll();
  }

  broadcast(bytes: Uint8Array<ArrayBuffer>): void {
    this.#player.session.send("unreliable", bytes);
  }

  flush(): void {
    this.#player.session.flush();
  }

  close(): void {
    // Others may have left meanwhile.
    this.#player.session.poll();
    this.#player.close();
  }
}
