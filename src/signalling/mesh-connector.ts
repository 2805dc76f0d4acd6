import { type Clock, systemClock } from "../base/clock.ts";
import { diagnose, shown } from "../base/diagnostics.ts";
import { Emitter } from "../base/emitter.ts";
import { isPeerId } from "../base/peer-id.ts";
import { type RandomSource, systemRandom } from "../base/random.ts";
import { TickmeshError } from "../base/tickmesh-error.ts";
import { faultOfWhole } from "../base/whole.ts";
import type { WebRTCPeerConnection, WebRTCPeerConnectionOptions } from "../connection/web-rtc-peer-connection.ts";
import type { Companion, RepairStep } from "../multiplayer/companion.ts";
import { DisconnectReason } from "../multiplayer/disconnect-reason.ts";
import type { WebRTCMultiplayerPeer } from "../multiplayer/web-rtc-multiplayer-peer.ts";
import type { BackendFactory, ConnectionConfiguration, ConnectionPath } from "../seam/connection-backend.ts";
import type { Relaying } from "../seam/pair-paths.ts";
import { checkSignal } from "./check-signal.ts";
import { type ConnectorCounters, newConnectorCounters } from "./connector-counters.ts";
import * as limits from "./connector-limits.ts";
import { Hubs } from "./hubs.ts";
import { browserNetworkChanges, type NetworkChanges } from "./network-changes.ts";
import { Pair } from "./pair.ts";
import { makeConnection } from "./pair-connection.ts";
import type { PairFailureReason, PairProblem, PairState } from "./pair-context.ts";
import type { Signaller, SignallerEvent } from "./signaller.ts";

export interface MeshConnectorOptions {
  /** What connections are made of. Default: `setDefaultExtension`'s, or the browser's own `RTCPeerConnection`. */
  readonly backend?: BackendFactory;
  /**
   * Makes each connection, new and not initialized yet, with the options that it is given. Default: `new WebRTCPeerConnection(options)`.
   */
  readonly createConnection?: (options: WebRTCPeerConnectionOptions) => WebRTCPeerConnection;
  /**
   * A second way for pairs that find no direct one: `relayThrough(pipe)` of `tickmesh/backends/paths`. `null`, the default: none.
   */
  readonly relay?: Relaying | null;
  /**
   * Calls back when this device's network has changed, and gives what ends that: connections then look for new paths. `null`: nobody
   * does. Default: the browser's `online`, and another `navigator.connection.type`.
   */
  readonly networkChanges?: NetworkChanges | null;
  /** What connections are initialized with. Fields given here go before the signaller's `iceServers`. */
  readonly configuration?: ConnectionConfiguration;
  /** How long candidates are gathered into one message. Unit: whole ms, 20 to 50. Default 30. */
  readonly candidateBatchMs?: number;
  /** Attempts before a pair stays failed, 1 to 1,000. Default 4. */
  readonly maxAttempts?: number;
  /** Other members kept track of at once, 1 to 1,024. Default 64. */
  readonly maxPairs?: number;
  /** As `setHubs` takes them. Default `null`: everybody connects to everybody. */
  readonly hubs?: readonly number[] | null;
  readonly clock?: Clock;
  readonly random?: RandomSource;
}

export interface MeshConnectorEvents {
  /**
   * An attempt to connect failed. `attempt` counts from 1. `willRetry`: another follows by itself; otherwise the pair stays
   * failed until `retry(peerId)`, or until it is introduced anew.
   */
  pairFailed: (peerId: number, reason: PairFailureReason, attempt: number, willRetry: boolean) => void;
  /** A connection that stood was lost, not closed. It is connected anew if the other is still present. */
  pairLost: (peerId: number, reason: DisconnectReason) => void;
  /** This member was removed from its group. Its connections are being closed, with the reason `kicked`. */
  kicked: () => void;
  /** The signaller lost its group: nobody new is met. Connections that stand are not touched. */
  down: (reason: string) => void;
  /** The signaller has its group again. */
  up: () => void;
}

/** How one pair is doing. */
export interface PairInfo {
  readonly peerId: number;
  readonly state: PairState;
  /** Number of the latest attempt; 0 if there was none. */
  readonly attempt: number;
  /** Whether the signaller has it in sight. */
  readonly isPresent: boolean;
  /**
   * Which way its packets went at the last poll, of a pair that is connected. `null` while that is not known: who asks for the
   * first time, or after more than a second, has it found out for later calls.
   */
  readonly path: ConnectionPath | null;
  /** Why a pair goes by the relay, or what was in the way of the last attempt of one that is not connected; else `null`. */
  readonly problem: PairProblem | null;
}

/**
 * Connects a mesh peer to everybody whom a signaller introduces, and keeps it so, from within `peer.poll()`.
 *
 * `peer`: after `createMesh` with the signaller's `localId`. The signaller is the connector's from then on, and is closed with it.
 * Throws a `TickmeshError`: `wrong-id`, `invalid-options`.
 */
export function connectMesh(
  peer: WebRTCMultiplayerPeer,
  signaller: Signaller,
  options: MeshConnectorOptions = {},
): MeshConnector {
  return new MeshConnector(peer, signaller, options);
}

/** Turns introductions into connections, and repairs them. Made by `connectMesh`; lives until it or its peer is closed. */
export class MeshConnector extends Emitter<MeshConnectorEvents> implements Companion {
  wake: (() => void) | null = null;
  readonly #peer: WebRTCMultiplayerPeer;
  readonly #maxPairs: number;
  readonly #counters = newConnectorCounters();
  readonly #pairs = new Map<number, Pair>();
  readonly #hubs: Hubs;
  readonly #makePair: (peerId: number) => Pair;
  #signaller: Signaller;
  #stopWatching: (() => void) | null;
  #hasNetworkChanged = false;
  #isUp = true;
  #isWoken = false;
  #isClosed = false;

  constructor(peer: WebRTCMultiplayerPeer, signaller: Signaller, options: MeshConnectorOptions) {
    super();
    this.#peer = peer;
    this.#maxPairs = within("maxPairs", options.maxPairs ?? limits.MAX_PAIRS, 1, 1_024);
    const clock = options.clock ?? systemClock;
    const random = options.random ?? systemRandom;
    this.#hubs = new Hubs(peer.getUniqueId(), options.hubs ?? null);
    const configuration = () => ({ iceServers: this.#signaller.iceServers, ...options.configuration });
    const plan = { ...options, clock, random, configuration };
    const context = {
      peer,
      clock,
      random,
      counters: this.#counters,
      hubs: this.#hubs,
      candidateBatchMs: within(
        "candidateBatchMs",
        options.candidateBatchMs ?? limits.CANDIDATE_BATCH_MS,
        limits.CANDIDATE_BATCH_MIN_MS,
        limits.CANDIDATE_BATCH_MAX_MS,
      ),
      maxAttempts: within("maxAttempts", options.maxAttempts ?? limits.MAX_ATTEMPTS, 1, limits.MAX_ATTEMPTS_LIMIT),
      createConnection: (peerId: number, headStartMs: number) => makeConnection(plan, peerId, headStartMs),
      configuration,
      send: (to: number, signal: Parameters<Signaller["send"]>[1]) => this.#signaller.send(to, signal),
      failed: (peerId: number, reason: PairFailureReason, attempt: number, willRetry: boolean) =>
        this.emit("pairFailed", peerId, reason, attempt, willRetry),
      lost: (peerId: number, reason: DisconnectReason) => this.emit("pairLost", peerId, reason),
    };
    this.#makePair = (peerId) => new Pair(peerId, context);
    this.#signaller = this.#checked(signaller);
    peer.on("peerConnected", this.#onPeerConnected);
    peer.on("peerFailed", this.#onPeerFailed);
    peer.on("peerDisconnected", this.#onPeerDisconnected);
    peer.attach(this);
    this.#take(signaller);
    const { networkChanges = browserNetworkChanges } = options;
    this.#stopWatching = networkChanges?.(this.#onNetworkChange) ?? null;
  }

  /** A copy of the counters as they are now. */
  get counters(): ConnectorCounters {
    return { ...this.#counters };
  }

  /** Whether the signaller has its group. */
  get isUp(): boolean {
    return this.#isUp;
  }

  /** Whom everybody connects to, the best first; `null`: everybody connects to everybody. The same array until it changes. */
  get hubs(): readonly number[] | null {
    return this.#hubs.ids;
  }

  /** Everybody this connector has to do with, in the order they were introduced. */
  getPairs(): PairInfo[] {
    return [...this.#pairs.values()].map(({ peerId, state, attempt, isPresent, path, problem }) => {
      return { peerId, state, attempt, isPresent, path, problem };
    });
  }

  /**
   * Tries to connect a pair again that failed, was closed, or waits for its next attempt, with a fresh number of attempts.
   * False if that member is not present, or there is nothing to retry.
   */
  retry(peerId: number): boolean {
    return !this.#isClosed && (this.#pairs.get(peerId)?.retry() ?? false);
  }

  /**
   * Goes on with another signaller of the same `localId`, and closes the one before. Connections that stand are not touched;
   * members whom the new one introduces and who are connected already stay so. Throws a `TickmeshError`: `wrong-id`, `closed`.
   */
  setSignaller(next: Signaller): void {
    if (this.#isClosed) throw new TickmeshError("closed", "setSignaller: this connector is closed");
    const previous = this.#signaller;
    if (next === previous) return;
    this.#signaller = this.#checked(next);
    previous.wake = null;
    previous.close();
    for (const pair of this.#pairs.values()) pair.loseSight();
    this.#take(next);
    if (!this.#isUp) this.#comeUp();
  }

  /**
   * From the next poll on, a pair of which neither is one of these is not connected, unless it is asked to be; one that is connected
   * stays so until that is lost. 1 to 16 ids, the best first, each counted once, present or not; all members should name the same.
   * Throws a `TickmeshError`: `invalid-options`.
   */
  setHubs(ids: readonly number[] | null): void {
    if (this.#hubs.set(ids)) this.#wakeUp();
  }

  /** For `peer.repairPeer`. */
  repair(peerId: number, step: RepairStep): boolean {
    const isTaken = this.#pairs.get(peerId)?.repair(step) ?? false;
    if (isTaken) this.#wakeUp();
    return isTaken;
  }

  poll(): void {
    this.#isWoken = false;
    while (!this.#isClosed) {
      const event = this.#signaller.receive();
      if (event === undefined) break;
      this.#handle(event);
    }
    const hasNetworkChanged = this.#hasNetworkChanged;
    this.#hasNetworkChanged = false;
    for (const pair of this.#pairs.values()) {
      if (this.#isClosed) return;
      if (hasNetworkChanged) pair.networkChanged();
      pair.poll();
      this.#forgetIfOver(pair);
    }
  }

  /** Leaves the group, and gives up what is not connected yet. Connections that stand are not touched. */
  close(): void {
    if (this.#isClosed) return;
    for (const pair of this.#pairs.values()) {
      if (pair.state === "connecting") pair.disconnect(DisconnectReason.CLOSED_LOCALLY);
    }
    this.#peer.detach(this);
    this.#end();
  }

  /** The peer was closed. */
  closed(): void {
    this.#end();
  }

  #end(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#isUp = false;
    for (const pair of this.#pairs.values()) pair.end();
    this.#pairs.clear();
    this.#stopWatching?.();
    this.#stopWatching = null;
    this.#peer.off("peerConnected", this.#onPeerConnected);
    this.#peer.off("peerFailed", this.#onPeerFailed);
    this.#peer.off("peerDisconnected", this.#onPeerDisconnected);
    this.#signaller.wake = null;
    this.#signaller.close();
  }

  #checked(signaller: Signaller): Signaller {
    const id = this.#peer.getUniqueId();
    if (id === signaller.localId && id !== 0) return signaller;
    throw new TickmeshError(
      "wrong-id",
      `the mesh peer's id is ${id} (0: createMesh comes first), the signaller's ${shown(signaller.localId)}`,
    );
  }

  #take(signaller: Signaller): void {
    signaller.wake = () => this.#wakeUp();
    // It may have something already, which it will not say again.
    this.#wakeUp();
  }

  #wakeUp(): void {
    if (this.#isWoken || this.#isClosed) return;
    this.#isWoken = true;
    this.wake?.();
  }

  #handle(event: SignallerEvent): void {
    switch (event.kind) {
      case "introduced":
        this.#introduce(event.peerId);
        break;
      case "left":
        if (event.peerId === this.#peer.getUniqueId()) this.#removed(event.reason);
        else this.#part(event.peerId, event.reason);
        break;
      case "signal":
        this.#hear(event.from, event.signal);
        break;
      case "down":
        this.#isUp = false;
        for (const pair of this.#pairs.values()) pair.loseSight();
        this.emit("down", event.reason);
        break;
      case "up":
        this.#comeUp();
        break;
    }
  }

  #comeUp(): void {
    this.#isUp = true;
    this.emit("up");
  }

  #introduce(peerId: number): void {
    if (!isPeerId(peerId) || peerId === this.#peer.getUniqueId()) {
      this.#counters.malformed += 1;
      return;
    }
    const known = this.#pairs.get(peerId);
    // Its end may be as fresh as this introduction, which begins anew.
    this.#forgetIfOver(known);
    let pair = this.#pairs.get(peerId);
    if (pair === undefined) {
      if (this.#pairs.size >= this.#maxPairs && !this.#makeRoom()) return this.#refusePair(peerId);
      pair = this.#makePair(peerId);
      this.#pairs.set(peerId, pair);
    }
    pair.introduce();
  }

  #refusePair(peerId: number): void {
    this.#counters.excessPairs += 1;
    if (this.#counters.excessPairs === 1)
      diagnose(`peer ${peerId} is not connected: maxPairs is ${this.#maxPairs} (more are only counted)`);
  }

  #makeRoom(): boolean {
    for (const pair of this.#pairs.values()) {
      if (pair.isIdle) return this.#pairs.delete(pair.peerId);
    }
    return false;
  }

  #part(peerId: number, reason: "left" | "kicked" | "lost"): void {
    const pair = this.#pairs.get(peerId);
    pair?.leave(reason);
    this.#forgetIfOver(pair);
  }

  /** This member is in the group no more. */
  #removed(reason: "left" | "kicked" | "lost"): void {
    if (reason !== "kicked") return;
    for (const pair of this.#pairs.values()) pair.disconnect(DisconnectReason.KICKED);
    this.close();
    this.emit("kicked");
  }

  #hear(from: number, untrusted: unknown): void {
    const pair = this.#pairs.get(from);
    if (!pair?.isPresent) {
      this.#counters.unknownSender += 1;
      return;
    }
    const signal = checkSignal(untrusted);
    if (signal === null) this.#counters.malformed += 1;
    else pair.hear(signal);
  }

  #forgetIfOver(pair: Pair | undefined): void {
    if (pair?.isOver) this.#pairs.delete(pair.peerId);
  }

  readonly #onNetworkChange = (): void => {
    this.#hasNetworkChanged = true;
    this.#wakeUp();
  };

  readonly #onPeerConnected = (id: number): void => this.#pairs.get(id)?.connected();

  readonly #onPeerFailed = (id: number, reason: DisconnectReason): void => this.#pairs.get(id)?.attemptFailed(reason);

  readonly #onPeerDisconnected = (id: number, reason: DisconnectReason): void => this.#pairs.get(id)?.gone(reason);
}

function within(name: string, value: number, min: number, max: number): number {
  const fault = faultOfWhole(name, value, min, max);
  if (fault !== null) throw new TickmeshError("invalid-options", fault);
  return value;
}
