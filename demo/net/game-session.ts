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
import { chooseHost } from "./host-choice.ts";
import { Inbox } from "./inbox.ts";
import { CHAT_LENGTH, type GameMessage } from "./messages.ts";
import { encodePose } from "./pose-layout.ts";
import { RemotePlayer } from "./remote-player.ts";
import { RoundKeeper } from "./round-keeper.ts";
import type { LobbyFacts, SessionListener } from "./session-events.ts";

const PING_EVERY_MS = 500;
/** Poses go out at half the step rate, 30 a second. */
const STEPS_PER_POSE = 2;

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
  readonly #facts: LobbyFacts;
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
  /** Hosts that we were connected to and that went: the server may not know of it yet. */
  readonly #gone = new Set<PlayerId>();
  /** Whom the server made host since this page lost sight of the server: that page's word. */
  #swornId: PlayerId | null = null;
  #hostId = 0;
  #stepCount = 0;
  #sequence = 0;
  #nextPingMs = 0;

  constructor(options: SessionOptions) {
    this.#peer = options.peer;
    this.#facts = options.facts;
    this.#look = options.look;
    this.#listener = options.listener;
    this.#input = options.input;
    this.#clock = options.clock ?? systemClock;
    this.#selfId = options.peer.getUniqueId();
    this.#own = new OwnCraft(this.#selfId);
    this.#round = new RoundKeeper(options.seed, options.facts.hostId === this.#selfId);
    this.#wire = new GameWire(options.peer, this.counters);
    this.#inbox = new Inbox({
      selfId: this.#selfId,
      own: this.#own,
      round: this.#round,
      effects: this.#effects,
      counters: this.counters,
      players: this.#players,
      listener: options.listener,
      hostId: () => this.#hostId,
      sworn: (id) => this.#takeSworn(id),
    });
    this.model = this.#makeModel();
    this.#peer.on("peerConnected", this.#connected);
    this.#peer.on("peerDisconnected", this.#disconnected);
  }

  get hostId(): PlayerId {
    return this.#hostId;
  }

  get isHost(): boolean {
    return this.#hostId === this.#selfId;
  }

  /** By id, in order of connecting; those who have not said hello yet too. */
  get players(): ReadonlyMap<PlayerId, RemotePlayer> {
    return this.#players;
  }

  poll(): void {
    const nowMs = this.#clock.nowMs();
    this.#chooseHost();
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
    this.#gone.delete(id);
    this.#players.set(id, new RemotePlayer(id, this.#clock.nowMs()));
    this.#wire.sendMessage({ type: "hello", look: this.#look }, id);
    if (this.isHost) this.#wire.sendMessage(this.#roundMessage(), id);
  };

  readonly #disconnected = (id: PlayerId, reason: DisconnectReason): void => {
    this.#gone.add(id);
    const player = this.#players.get(id);
    this.#players.delete(id);
    if (player !== undefined) this.#listener.playerLeft(id, player.look, reason);
  };

  #chooseHost(): void {
    if (this.#facts.serverPresent) this.#swornId = null;
    const lobbyHostId = this.#swornId ?? this.#facts.hostId;
    const hostId = chooseHost({
      selfId: this.#selfId,
      lobbyHostId,
      connected: this.#players.keys(),
      lobbyHostWasHere: this.#gone.has(lobbyHostId),
      serverPresent: this.#facts.serverPresent,
    });
    if (hostId === this.#hostId) return;
    this.#hostId = hostId;
    this.#listener.hostChanged(hostId);
  }

  #takeSworn(id: PlayerId): void {
    if (this.#facts.serverPresent || id === this.#hostId) return;
    this.#swornId = id;
    this.#chooseHost();
  }

  #roundMessage(): GameMessage {
    const sworn = this.#facts.serverPresent && this.#facts.hostId === this.#selfId;
    return { type: "round", round: this.#round.state, sworn };
  }

  #step(): void {
    if (this.isHost) this.#round.stepAsHost(this.#present(), STEP_MS);
    else this.#round.stepAsGuest(STEP_MS);
    this.#stepCount += 1;
    if (!this.#round.known) return;
    for (const event of this.#own.step(this.#input(), this.#round.state, this.#others(), STEP_MS)) this.#tell(event);
  }

  #send(nowMs: number, steps: number): void {
    if (this.#round.known && this.#stepCount % STEPS_PER_POSE < steps) {
      this.#sequence = (this.#sequence + 1) & 0xffff;
      this.#wire.sendUnreliable(encodePose(this.#sequence, nowMs, poseOf(this.#own.craft)));
      this.counters.posesSent += 1;
    }
    if (this.isHost && this.#round.due()) this.#wire.sendMessage(this.#roundMessage());
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
        else this.#wire.sendMessage({ type: "claim", pickup: event.pickup }, this.#hostId);
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
