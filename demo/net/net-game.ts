import { type Clock, type RandomSource, systemClock, systemRandom, type WebRTCMultiplayerPeer } from "tickmesh";
import { createHost, type Host } from "tickmesh/host";
import { createSession, type LeaveReason } from "tickmesh/session";
import { STEP_MS } from "../game/constants.ts";
import { poseOf } from "../game/craft.ts";
import { OwnCraft } from "../game/own-craft.ts";
import type { CraftEvent, CraftInput, OtherCraft, PlayerId, PlayerLook, PlayerView, ViewModel } from "../game/types.ts";
import { lookOf } from "../page/player-look.ts";
import { tidyLine } from "../page/player-name.ts";
import { Counters } from "./counters.ts";
import { EffectQueue } from "./effect-queue.ts";
import type { GameListener } from "./game-listener.ts";
import { Inbox } from "./inbox.ts";
import { CHAT_LENGTH, type FloeSession, messages, VERSION } from "./messages.ts";
import { RemotePlayer } from "./remote-player.ts";
import { RoundKeeper, type RoundTold } from "./round-keeper.ts";

/** Poses go out at half the tick rate, 30 a second. */
const TICKS_PER_POSE = 2;

/** Messages that a player may send. An honest page sends some fifty. */
const MESSAGES_PER_SECOND = 200;

/** Who is unstable for longer is out of the round: its page does not notice when the ice under it goes, and must not win by that. */
const OUT_AFTER_MS = 2_500;

export interface NetGameOptions {
  /** A mesh; connections may still be opening. */
  readonly peer: WebRTCMultiplayerPeer;
  /** Who is host if nobody has been yet: the lobby's. */
  readonly firstHost: () => PlayerId;
  readonly look: PlayerLook;
  readonly listener: GameListener;
  /** What the player presses now. */
  readonly input: () => CraftInput;
  readonly clock?: Clock;
  readonly random?: RandomSource;
}

/**
 * One page's part in a game. Each player decides about its own craft, the host about the round. A loop polls its `session`, its
 * `host`, then this, runs `tick`, and flushes the session.
 */
export class NetGame {
  readonly session: FloeSession;
  /** Who is host, and what becomes of the round when that player goes. */
  readonly host: Host<RoundTold>;
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
  #hostId = 0;
  #ticks = 0;

  constructor(options: NetGameOptions) {
    const { peer, firstHost, look, listener, clock = systemClock, random = systemRandom } = options;
    this.#options = options;
    this.#clock = clock;
    this.#own = new OwnCraft(peer.getUniqueId());
    this.#round = new RoundKeeper(random.nextUint32());
    this.host = createHost({
      messages,
      snapshot: () => this.#told,
      restore: (told) => this.#inbox.takeRound(told),
      firstHost,
      clock,
      random,
    });
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
      hostOf: () => this.host.hostId,
      limits: { messagesPerSecond: MESSAGES_PER_SECOND },
      // A page that goes may be loaded again, and is the same player then.
      goodbyeOnPageHide: false,
      clock,
      random,
    });
    this.session
      .on("peerJoined", (id, { returned }) => this.#joined(id, returned))
      .on("peerLeft", (id, reason) => this.#left(id, reason))
      .on("peerRefused", (id, refusal) => listener.playerRefused(id, refusal))
      .on("isolated", () => listener.isolated())
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
      listener,
    });
    this.host.on("changed", (id, _, cause) => this.#hostChanged(id, cause === "first" || cause === "joined"));
    this.host.start(this.session);
    this.model = this.#makeModel();
  }

  /** Whom this page takes for host; 0 before it knows. */
  get hostId(): PlayerId {
    return this.#hostId;
  }

  /** The others, by id, in order of joining. */
  get players(): ReadonlyMap<PlayerId, RemotePlayer> {
    return this.#players;
  }

  poll(): void {
    const nowMs = this.#clock.nowMs();
    for (const player of this.#players.values()) player.pose = player.poses.sample(nowMs);
  }

  tick(dtMs: number): void {
    this.#ticks += 1;
    if (this.host.isHost) this.#stepAsHost(dtMs);
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

  /** Looks how the way to each player is. */
  sample(): void {
    for (const player of this.#players.values()) player.statistics = this.session.statistics(player.id);
  }

  /** The page goes: if it was host, another is it from now on, with the round as it is. */
  leavePage(): void {
    this.host.resign();
    this.session.flush();
  }

  #joined(id: PlayerId, returned: boolean): void {
    const player = new RemotePlayer(id, this.#looks.get(id) ?? lookOf(null), this.#clock.nowMs());
    this.#players.set(id, player);
    this.#options.listener.playerJoined(id, player.look, returned);
  }

  #left(id: PlayerId, reason: LeaveReason): void {
    const player = this.#players.get(id);
    this.#players.delete(id);
    if (player !== undefined) this.#options.listener.playerLeft(id, player.look, reason);
  }

  #setUnstable(id: PlayerId, isUnstable: boolean): void {
    const player = this.#players.get(id);
    if (player !== undefined) player.unstableSinceMs = isUnstable ? this.#clock.nowMs() : null;
  }

  #hostChanged(id: PlayerId, isFound: boolean): void {
    this.#round.forgetHost();
    if (id === this.#hostId) return;
    this.#hostId = id;
    // Who was host already when this page came is no news.
    if (!isFound) this.#options.listener.hostChanged(id);
  }

  #stepAsHost(dtMs: number): void {
    const latestMs = this.#clock.nowMs() - OUT_AFTER_MS;
    for (const { id, unstableSinceMs } of this.#players.values()) {
      if (unstableSinceMs !== null && unstableSinceMs < latestMs)
        this.#round.note({ type: "fell", player: id, lastHitBy: null });
    }
    this.#round.stepAsHost([this.session.id, ...this.#players.keys()], dtMs);
    if (this.#round.due()) this.session.send("round", this.#told);
  }

  get #told(): RoundTold {
    return { atMs: this.session.clock.nowMs(), round: this.#round.state };
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
        if (this.host.isHost) this.#round.note({ ...event, type: "claimed", player: session.id });
        else if (this.host.hostId !== 0) session.send("claim", event, { to: this.host.hostId });
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
