/** What players of one room say to each other. */
interface Said {
  readonly from: number;
  readonly to: number;
  readonly description?: RTCSessionDescriptionInit;
  readonly candidate?: RTCIceCandidateInit | null;
}

/**
 * A connection to each of the others in a room, who may be in pages of their own: one browser, one origin. Whoever sits further to
 * the front offers.
 */
export class RoomSignalling {
  readonly connections: readonly RTCPeerConnection[];
  readonly #room: BroadcastChannel;
  readonly #index: number;
  readonly #byIndex = new Map<number, RTCPeerConnection>();
  /** What one player says is taken in order. */
  readonly #turns = new Map<number, Promise<void>>();

  constructor(room: string, index: number, size: number) {
    this.#index = index;
    this.#room = new BroadcastChannel(room);
    for (let other = 0; other < size; other++) {
      if (other === index) continue;
      const connection = new RTCPeerConnection();
      connection.onicecandidate = ({ candidate }) => this.#say({ to: other, candidate: candidate?.toJSON() ?? null });
      this.#byIndex.set(other, connection);
    }
    this.connections = [...this.#byIndex.values()];
    this.#room.onmessage = ({ data }: MessageEvent<Said>) => {
      if (data.to !== index) return;
      const before = this.#turns.get(data.from) ?? Promise.resolve();
      this.#turns.set(
        data.from,
        before.then(() => this.#hear(data)),
      );
    };
  }

  /** Channels have been made, and everybody listens. */
  begin(): void {
    for (const [other, connection] of this.#byIndex) {
      if (other < this.#index) continue;
      void connection.setLocalDescription().then(() => this.#describe(other, connection));
    }
  }

  close(): void {
    this.#room.close();
    for (const connection of this.connections) connection.close();
  }

  async #hear({ from, description, candidate }: Said): Promise<void> {
    const connection = this.#byIndex.get(from);
    if (connection === undefined) throw new Error(`player ${from} has no place`);
    if (candidate !== undefined) await connection.addIceCandidate(candidate);
    if (description === undefined) return;
    await connection.setRemoteDescription(description);
    if (description.type !== "offer") return;
    await connection.setLocalDescription();
    this.#describe(from, connection);
  }

  #describe(other: number, { localDescription }: RTCPeerConnection): void {
    if (localDescription !== null) this.#say({ to: other, description: localDescription.toJSON() });
  }

  #say(words: Omit<Said, "from">): void {
    this.#room.postMessage({ from: this.#index, ...words });
  }
}
