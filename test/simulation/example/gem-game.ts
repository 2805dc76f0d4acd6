import { type MultiplayerPeer, type RandomSource, TransferMode } from "tickmesh";

/** How far a player runs in one tick. */
const SPEED = 3;
const FIELD = 1_000;

/** What travels: where somebody is, as often as possible; how the game stands, whenever that changes. */
type Message =
  | { readonly kind: "place"; readonly x: number; readonly tick: number }
  | {
      readonly kind: "score";
      readonly gem: number;
      readonly scores: readonly (readonly [id: number, score: number])[];
    };

/** Somebody else, as they were last heard of. */
export interface Runner {
  readonly x: number;
  /** The tick of theirs in which they were there. */
  readonly tick: number;
}

/**
 * A small game: everybody runs along a line to the gem; who gets there first has a point, and the gem lies elsewhere. Each player
 * knows best where it is itself, and the host, the player with the lowest id, says who has got the gem.
 *
 * It knows a `MultiplayerPeer` and nothing else of the network: in a browser it runs on a real mesh, in a test on a simulated one.
 */
export class GemGame {
  x = 0;
  gem = FIELD / 2;
  readonly scores = new Map<number, number>();
  readonly runners = new Map<number, Runner>();
  readonly #peer: MultiplayerPeer;
  readonly #random: RandomSource;

  constructor(peer: MultiplayerPeer, random: RandomSource) {
    this.#peer = peer;
    this.#random = random;
    peer.on("peerConnected", (id) => this.#welcome(id));
    peer.on("peerDisconnected", (id) => this.runners.delete(id));
  }

  get id(): number {
    return this.#peer.getUniqueId();
  }

  get isHost(): boolean {
    return this.id === Math.min(this.id, ...this.runners.keys());
  }

  tick(tick: number): void {
    for (let left = this.#peer.getAvailablePacketCount(); left > 0; left--) {
      const from = this.#peer.getPacketPeer();
      this.#take(from, this.#peer.getVar() as Message);
    }
    this.x += Math.max(-SPEED, Math.min(SPEED, this.gem - this.x));
    this.#send(0, TransferMode.UNRELIABLE, { kind: "place", x: this.x, tick });
    if (this.isHost) this.#judge();
  }

  #take(from: number, message: Message): void {
    if (message.kind === "place") {
      const known = this.runners.get(from);
      // Unreliable packets may overtake each other: an older place is no news.
      if (known !== undefined && message.tick > known.tick) this.runners.set(from, message);
    } else if (from === Math.min(...this.runners.keys())) {
      this.gem = message.gem;
      this.scores.clear();
      for (const [id, score] of message.scores) this.scores.set(id, score);
    }
  }

  #judge(): void {
    const places: [id: number, x: number][] = [[this.id, this.x]];
    for (const [id, { x }] of this.runners) places.push([id, x]);
    const winner = places.find(([, x]) => x === this.gem);
    if (winner === undefined) return;
    this.scores.set(winner[0], (this.scores.get(winner[0]) ?? 0) + 1);
    this.gem = this.#random.nextUint32() % FIELD;
    this.#send(0, TransferMode.RELIABLE, this.#score);
  }

  /** Whoever comes late has to be told how the game stands. */
  #welcome(id: number): void {
    this.runners.set(id, { x: 0, tick: 0 });
    if (this.isHost) this.#send(id, TransferMode.RELIABLE, this.#score);
  }

  get #score(): Message {
    return { kind: "score", gem: this.gem, scores: [...this.scores] };
  }

  #send(to: number, mode: TransferMode, message: Message): void {
    this.#peer.setTargetPeer(to);
    this.#peer.transferMode = mode;
    this.#peer.putVar(message);
  }
}
