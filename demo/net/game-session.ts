import { type Clock, type DisconnectReason, type MultiplayerPeer, type Pollable, systemClock } from "tickmesh";
import type { Seat } from "tickmesh/lobby";
import { STEP_MS } from "../game/constants.ts";
import { poseOf } from "../game/craft.ts";
import { OwnCraft } from "../game/own-craft.ts";
import type { CraftEvent, CraftInput, OtherCraft, PlayerId, PlayerLook, PlayerView, ViewModel } from "../game/types.ts";
import { tidyLine } from "../page/player-name.ts";
import { Counters } from "./counters.ts";
import { encodeBoosted, encodeBumped, encodeFired } from "./effect-layout.ts";
import { EffectQueue } from "./effect-queue.ts";
import { FixedSteps } from "./fixed-steps.ts";
import { GameWire } from "./game-wire.ts";
import { HostWatch } from "./host-watch.ts";
import { Inbox } from "./inbox.ts";
import { CHAT_LENGTH } from "./messages.ts";
import { encodePose } from "./pose-layout.ts";
import { RemotePlayer } from "./remote-player.ts";
import { RoundKeeper } from "./round-keeper.ts";
import type { LobbyFacts, SessionListener } from "./session-events.ts";

const PING_EVERY_MS = 500;
/** Poses go out at half the step rate, 30 a second. */
const STEPS_PER_POSE = 2;
/** A page that was not polled for so long slept; what it then finds waiting is forgiven for a minute of sleep. Unit: ms. */
const PAUSE_LEAST_MS = 1_000;
const PAUSE_MOST_MS = 60_000;

export interface SessionOptions {
  /** A mesh; connections may still be opening. Polled by the driver, just before this. */
  readonly peer: MultiplayerPeer;
  readonly facts: LobbyFacts;
  readonly look: PlayerLook;
  readonly listener: SessionListener;
  /** What the player presses now. */
  readonly input: () => CraftInput;
  /** Of the first round, if this page founds the game. 32 bits. */
  readonly seed: number;
  readonly clock?: Clock;
}

/**
 * One page's part in a game: reads what came, steps the game at 60 Hz, sends what is new. Each player decides about its own
 * craft, the host about the round.
 */
export class GameSession implements Pollable {
  wake: (() => void) | null = null;
  readonly counters = new Counters();
  readonly model: ViewModel;
  readonly #peer: MultiplayerPeer;
  readonly #look: PlayerLook;
  readonly #listener: SessionListener;
  readonly #input: () => CraftInput;
  readonly #clock: Clock;
  readonly #selfId: PlayerId;
  readonly #own: OwnCraft;
  readonly #round: RoundKeeper;
  readonly #wire: GameWire;
  readonly #inbox: Inbox;
  readonly #effects = new EffectQueue();
  readonly #players = new Map<PlayerId, RemotePlayer>();
  readonly #steps = new FixedSteps(STEP_MS);
  readonly #hosts: HostWatch;
  #stepCount = 0;
  #sequence = 0;
  #nextPingMs = 0;
  #polledMs: number;

  constructor(options: SessionOptions) {
    this.#peer = options.peer;
    this.#look = options.look;
    this.#listener = options.listener;
    this.#input = options.input;
    this.#clock = options.clock ?? systemClock;
    this.#polledMs = this.#clock.nowMs();
    this.#selfId = options.peer.getUniqueId();
    this.#own = new OwnCraft(this.#selfId);
    this.#round = new RoundKeeper(options.seed, options.facts.hostId === this.#selfId);
    this.#hosts = new HostWatch(this.#selfId, options.facts, this.#clock.nowMs());
    this.#wire = new GameWire(options.peer, this.counters);
    this.#inbox = new Inbox({
      selfId: this.#selfId,
      own: this.#own,
      round: this.#round,
      effects: this.#effects,
      counters: this.counters,
      players: this.#players,
      listener: options.listener,
      hosts: this.#hosts,
    });
    this.model = this.#makeModel();
    this.#peer.on("peerConnected", this.#connected);
    this.#peer.on("peerDisconnected", this.#disconnected);
  }

  get hostId(): PlayerId {
    return this.#hosts.hostId;
  }

  get isHost(): boolean {
    return this.hostId === this.#selfId;
  }

  /** By id, in order of connecting; those who have not said hello yet too. */
  get players(): ReadonlyMap<PlayerId, RemotePlayer> {
    return this.#players;
  }

  poll(): void {
    const nowMs = this.#clock.nowMs();
    if (this.#hosts.poll(nowMs)) this.#listener.hostChanged(this.hostId);
    this.#forgivePause(nowMs);
    this.#inbox.nowMs = nowMs;
    this.#wire.receive(this.#inbox);
    for (const player of this.#players.values()) player.pose = player.poses.sample(nowMs);
    const due = this.#steps.due(nowMs);
    for (let step = 0; step < due; step++) this.#step();
    if (due > 0) this.#send(nowMs, due);
  }

  /** Says a line to everybody. */
  say(line: string): void {
    const text = tidyLine(line, CHAT_LENGTH);
    if (text === "") return;
    this.#wire.sendMessage({ type: "chat", text });
    this.#listener.said(this.#selfId, this.#look, text);
  }

  /** As host: tells a player where its place in the lobby is, now that the lobby has a new code. */
  giveSeat(to: PlayerId, code: string, seat: Seat): void {
    if (this.#players.has(to)) this.#wire.sendMessage({ type: "seat", code, seat }, to);
  }

  /** Stops listening to the peer. What closes the peer is the lobby's `leave()`. */
  end(): void {
    this.#peer.off("peerConnected", this.#connected);
    this.#peer.off("peerDisconnected", this.#disconnected);
  }

  readonly #connected = (id: PlayerId): void => {
    const nowMs = this.#clock.nowMs();
    this.#players.set(id, new RemotePlayer(id, nowMs));
    this.#hosts.connected(id, nowMs);
    this.#wire.sendMessage({ type: "hello", look: this.#look }, id);
    if (this.#hosts.acts) this.#tellRound(id);
  };

  readonly #disconnected = (id: PlayerId, reason: DisconnectReason): void => {
    this.#hosts.disconnected(id);
    const player = this.#players.get(id);
    this.#players.delete(id);
    if (player !== undefined) this.#listener.playerLeft(id, player.look, reason);
  };

  /** What came while this page slept is more than a peer may say at once, and nobody's fault. */
  #forgivePause(nowMs: number): void {
    const pauseMs = Math.min(PAUSE_MOST_MS, nowMs - this.#polledMs);
    this.#polledMs = nowMs;
    if (pauseMs >= PAUSE_LEAST_MS) for (const { budget } of this.#players.values()) budget.allow(pauseMs);
  }

  #tellRound(to?: PlayerId): void {
    this.#wire.sendMessage({ type: "round", round: this.#round.state }, to);
  }

  #step(): void {
    if (this.#hosts.acts) this.#stepAsHost();
    else this.#round.stepAsGuest(STEP_MS);
    this.#stepCount += 1;
    if (!this.#round.known) return;
    for (const event of this.#own.step(this.#input(), this.#round.state, this.#others(), STEP_MS)) this.#tell(event);
  }

  #stepAsHost(): void {
    // Whose page hangs does not notice when the ice under it goes, and must not win by that.
    for (const player of this.#hosts.silent()) this.#round.note({ type: "fell", player, lastHitBy: null });
    this.#round.stepAsHost(this.#present(), STEP_MS);
  }

  #send(nowMs: number, steps: number): void {
    if (this.#round.known && this.#stepCount % STEPS_PER_POSE < steps) {
      this.#sequence = (this.#sequence + 1) & 0xffff;
      this.#wire.sendUnreliable(encodePose(this.#sequence, nowMs, poseOf(this.#own.craft)));
      this.counters.posesSent += 1;
    }
    if (this.#hosts.acts && this.#round.due()) this.#tellRound();
    if (nowMs >= this.#nextPingMs) {
      this.#nextPingMs = nowMs + PING_EVERY_MS;
      this.#wire.ping(nowMs);
    }
  }

  #tell(event: CraftEvent): void {
    switch (event.type) {
      case "fired":
        this.#wire.sendEffect(encodeFired(event.fired));
        this.#effects.show({ type: "fired", fired: event.fired });
        break;
      case "boosted":
        this.#wire.sendEffect(encodeBoosted());
        this.#effects.show({ type: "boost", player: this.#selfId });
        break;
      case "bumped": {
        const { x, y, pushX, pushY } = event.bump;
        this.#wire.sendEffect(encodeBumped(event.bump));
        this.#effects.show({ type: "bump", x, y, strength: Math.hypot(pushX, pushY) });
        break;
      }
      case "hit": {
        const { victim: _, ...hit } = event.hit;
        this.#wire.sendMessage({ type: "hit", hit });
        this.#effects.show({ type: "hit", hit: event.hit });
        break;
      }
      case "fell": {
        const { player: _, ...fell } = event.fell;
        this.#wire.sendMessage({ type: "fell", fell });
        this.#inbox.fell(this.#selfId, fell);
        break;
      }
      case "claim":
        if (this.isHost) this.#round.note({ type: "claimed", player: this.#selfId, pickup: event.pickup });
        else this.#wire.sendMessage({ type: "claim", pickup: event.pickup }, this.hostId);
        break;
    }
  }

  /** Who takes part: everybody connected that has said who it is, and oneself. */
  #present(): number[] {
    const present = [this.#selfId];
    for (const player of this.#players.values()) if (player.look !== null) present.push(player.id);
    return present;
  }

  #others(): OtherCraft[] {
    const others: OtherCraft[] = [];
    for (const { id, look, pose } of this.#players.values())
      if (look !== null && pose !== null) others.push({ ...pose, id });
    return others;
  }

  #views(): PlayerView[] {
    const craft = this.#own.craft;
    // Screens faster than the steps see the craft in between, too.
    const aheadS = this.#steps.owedMs / 1_000;
    const pose = {
      ...poseOf(craft),
      x: craft.x + craft.vx * aheadS,
      y: craft.y + craft.vy * aheadS,
      angle: craft.angle + craft.spin * aheadS,
    };
    const views: PlayerView[] = [{ id: this.#selfId, ...this.#look, pose }];
    for (const { id, look, pose: seen } of this.#players.values())
      if (look !== null) views.push({ id, ...look, pose: seen });
    return views;
  }

  #makeModel(): ViewModel {
    const session = this;
    return {
      selfId: this.#selfId,
      get craft() {
        return session.#round.known ? session.#own.craft : null;
      },
      get players() {
        return session.#views();
      },
      get bolts() {
        return session.#own.bolts;
      },
      get round() {
        return session.#round.state;
      },
      takeEffects: () => this.#effects.take(),
    };
  }
}
