import { type Clock, type RandomSource, systemClock, systemRandom, type WebRTCMultiplayerPeer } from "tickmesh";
import type { Seat } from "tickmesh/lobby";
import { createSession, type LeaveReason } from "tickmesh/session";
import { STEP_MS } from "../game/constants.ts";
import { poseOf } from "../game/craft.ts";
import { OwnCraft } from "../game/own-craft.ts";
import type { CraftEvent, CraftInput, OtherCraft, PlayerId, PlayerLook, PlayerView, ViewModel } from "../game/types.ts";
import { lookOf } from "../page/player-look.ts";
import { tidyLine } from "../page/player-name.ts";
import { Counters } from "./counters.ts";
import { EffectQueue } from "./effect-queue.ts";
import type { GameListener, LobbyFacts } from "./game-listener.ts";
import { HostWatch } from "./host-watch.ts";
import { Inbox } from "./inbox.ts";
import { CHAT_LENGTH, type FloeSession, messages, VERSION } from "./messages.ts";
import { RemotePlayer } from "./remote-player.ts";
import { RoundKeeper } from "./round-keeper.ts";

/** Poses go out at half the tick rate, 30 a second. */
const TICKS_PER_POSE = 2;

const LIMITS = {
  /** A page that hangs is stood in for, and may come back: only the end of its connection is its end. */
  goneAfterMs: 120_000,
  /** An honest page sends some fifty. */
  messagesPerSecond: 200,
};

export interface NetGameOptions {
  /** A mesh; connections may still be opening. */
  readonly peer: WebRTCMultiplayerPeer;
  readonly facts: LobbyFacts;
  readonly look: PlayerLook;
  readonly listener: GameListener;
  /** What the player presses now. */
  readonly input: () => CraftInput;
  readonly clock?: Clock;
  readonly random?: RandomSource;
}

/**
 * One page's part in a game. Each player decides about its own craft, the host about the round. A loop polls this, then its
 * `session`, runs `tick`, and flushes the session.
 */
export class NetGame {
  readonly session: FloeSession;
  readonly counters = new Counters();
  readonly model: ViewModel;
  /** How far the time is from the last tick to the next, 0 to 1: screens faster than the ticks see one's own craft in between, too. */
  alpha = 0;
  readonly #options: NetGameOptions;
  readonly #clock: Clock;
  readonly #own: OwnCraft;
  readonly #round: RoundKeeper;
  readonly #inbox: Inbox;
  readonly #effects = new EffectQueue();
  readonly #looks = new Map<PlayerId, PlayerLook>();
  readonly #players = new Map<PlayerId, RemotePlayer>();
  readonly #hosts: HostWatch;
  #ticks = 0;

  constructor(options: NetGameOptions) {
    const { peer, facts, look, clock = systemClock, random = systemRandom } = options;
    const selfId = peer.getUniqueId();
    this.#options = options;
    this.#clock = clock;
    this.#own = new OwnCraft(selfId);
    this.#round = new RoundKeeper(random.nextUint32(), facts.hostId === selfId);
    this.#hosts = new HostWatch(selfId, facts, clock.nowMs());
    this.session = createSession({
      peer,
      game: "floe",
      version: VERSION,
      messages,
      hello: look,
      check: (hello, id) => {
        this.#looks.set(id, lookOf(hello));
        return null;
      },
      hostOf: () => this.#hosts.speaker,
      limits: LIMITS,
      clock,
      random,
    });
    this.session
      .on("peerJoined", (id) => this.#joined(id))
      .on("peerLeft", (id, reason) => this.#left(id, reason))
      .on("peerRefused", (id, refusal) => options.listener.playerRefused(id, refusal))
      .on("peerUnstable", (id) => this.#setUnstable(id, true))
      .on("peerStable", (id) => this.#setUnstable(id, false));
    this.#inbox = new Inbox({
      session: this.session,
      clock,
      own: this.#own,
      round: this.#round,
      effects: this.#effects,
      counters: this.counters,
      players: this.#players,
      listener: options.listener,
      hosts: this.#hosts,
    });
    this.model = this.#makeModel();
  }

  get hostId(): PlayerId {
    return this.#hosts.hostId;
  }

  /** Whether this page is host, and knows what the others did while it was away. */
  get actsAsHost(): boolean {
    return this.#hosts.acts;
  }

  /** The others, by id, in order of joining. */
  get players(): ReadonlyMap<PlayerId, RemotePlayer> {
    return this.#players;
  }

  /** Before the session's: whose word counts is to be known before the words are read. */
  poll(): void {
    const nowMs = this.#clock.nowMs();
    if (this.#hosts.poll(nowMs)) this.#options.listener.hostChanged(this.hostId);
    for (const player of this.#players.values()) player.pose = player.poses.sample(nowMs);
  }

  tick(dtMs: number): void {
    this.#ticks += 1;
    if (this.#hosts.acts) this.#stepAsHost(dtMs);
    else this.#round.stepAsGuest(dtMs);
    if (!this.#round.known) return;
    for (const event of this.#own.step(this.#options.input(), this.#round.state, this.#others(), dtMs))
      this.#tell(event);
    if (this.#ticks % TICKS_PER_POSE === 0) {
      this.session.send("pose", { sentMs: this.#clock.nowMs(), pose: poseOf(this.#own.craft) });
    }
  }

  /** Says a line to everybody. */
  say(line: string): void {
    const text = tidyLine(line, CHAT_LENGTH);
    if (text === "") return;
    this.session.send("chat", { text });
    this.#options.listener.said(this.session.id, this.#options.look, text);
  }

  /** As host: tells a player where its place in the lobby is, now that the lobby has a new code. */
  giveSeat(code: string, seat: Seat): void {
    if (this.#hosts.acts) this.session.send("seat", { code, seat }, { to: seat.peerId });
  }

  /** Looks how the way to each player is. */
  sample(): void {
    for (const player of this.#players.values()) player.statistics = this.session.statistics(player.id);
  }

  #joined(id: PlayerId): void {
    const nowMs = this.#clock.nowMs();
    const player = new RemotePlayer(id, this.#looks.get(id) ?? lookOf(null), nowMs);
    this.#players.set(id, player);
    this.#hosts.joined(id, nowMs);
    if (this.#hosts.acts) this.#tellRound(id);
    this.#options.listener.playerJoined(id, player.look);
  }

  #left(id: PlayerId, reason: LeaveReason): void {
    const player = this.#players.get(id);
    this.#hosts.left(id);
    this.#players.delete(id);
    if (player !== undefined) this.#options.listener.playerLeft(id, player.look, reason);
  }

  /** `peerStable` comes before what the peer says: whose word counts is known by then. */
  #setUnstable(id: PlayerId, isUnstable: boolean): void {
    const player = this.#players.get(id);
    if (player === undefined) return;
    player.isUnstable = isUnstable;
    if (!isUnstable) this.#hosts.heard(id);
  }

  #stepAsHost(dtMs: number): void {
    // Whose page hangs does not notice when the ice under it goes, and must not win by that.
    for (const player of this.#hosts.silent()) this.#round.note({ type: "fell", player, lastHitBy: null });
    this.#round.stepAsHost([this.session.id, ...this.#players.keys()], dtMs);
    if (this.#round.due()) this.#tellRound();
  }

  #tellRound(to?: PlayerId): void {
    const told = { atMs: this.session.clock.nowMs(), round: this.#round.state };
    this.session.send("round", told, to === undefined ? {} : { to });
  }

  #tell(event: CraftEvent): void {
    const { session } = this;
    switch (event.type) {
      case "fired":
        session.send("fired", { ...event.fired, atMs: session.clock.nowMs() });
        this.#effects.show(event);
        break;
      case "boosted":
        session.send("boosted", {});
        this.#effects.show({ type: "boost", player: session.id });
        break;
      case "bumped": {
        const { x, y, pushX, pushY } = event.bump;
        session.send("bumped", event.bump);
        this.#effects.show({ type: "bump", x, y, strength: Math.hypot(pushX, pushY) });
        break;
      }
      case "hit":
        session.send("hit", event.hit);
        this.#effects.show(event);
        break;
      case "fell":
        session.send("fell", event.fell);
        this.#inbox.fell(event.fell);
        break;
      case "claim":
        if (this.hostId === session.id) this.#round.note({ ...event, type: "claimed", player: session.id });
        else session.send("claim", event, { to: this.hostId });
        break;
    }
  }

  #others(): OtherCraft[] {
    const others: OtherCraft[] = [];
    for (const { id, pose } of this.#players.values()) if (pose !== null) others.push({ ...pose, id });
    return others;
  }

  #views(): PlayerView[] {
    const { craft } = this.#own;
    const aheadS = (this.alpha * STEP_MS) / 1_000;
    const pose = {
      ...poseOf(craft),
      x: craft.x + craft.vx * aheadS,
      y: craft.y + craft.vy * aheadS,
      angle: craft.angle + craft.spin * aheadS,
    };
    const views: PlayerView[] = [{ id: this.session.id, ...this.#options.look, pose }];
    for (const { id, look, pose: seen } of this.#players.values()) views.push({ id, ...look, pose: seen });
    return views;
  }

  #makeModel(): ViewModel {
    const game = this;
    return {
      selfId: this.session.id,
      get craft() {
        return game.#round.known ? game.#own.craft : null;
      },
      get players() {
        return game.#views();
      },
      get bolts() {
        return game.#own.bolts;
      },
      get round() {
        return game.#round.state;
      },
      takeEffects: () => this.#effects.take(),
    };
  }
}
