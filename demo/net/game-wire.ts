import { type MultiplayerPeer, TransferMode } from "tickmesh";
import { checkMessage } from "./check-message.ts";
import type { Counters } from "./counters.ts";
import { decodeEffect, type EffectMessage } from "./effect-layout.ts";
import type { GameMessage } from "./messages.ts";
import { PacketKind } from "./packet-kind.ts";
import { decodePing, encodePing } from "./ping-layout.ts";
import { decodePose, type TimedPose } from "./pose-layout.ts";

const EVERYBODY = 0;

/** What came from another peer, already checked for its shape, not yet for whether the sender may say it. */
export interface WireListener {
  /** Whether one more packet of this peer's is to be read. */
  admit(from: number): boolean;
  pose(from: number, pose: TimedPose): void;
  pong(from: number, token: number): void;
  effect(from: number, effect: EffectMessage): void;
  message(from: number, message: GameMessage): void;
}

/** The game's packets, each in the transfer mode that suits it. Needs nothing but a `MultiplayerPeer`. */
export class GameWire {
  readonly #peer: MultiplayerPeer;
  readonly #counters: Counters;

  constructor(peer: MultiplayerPeer, counters: Counters) {
    this.#peer = peer;
    this.#counters = counters;
  }

  /** Poses and pings: only the newest is of any use, so a lost one is never sent again and holds nothing up. */
  sendUnreliable(bytes: Uint8Array, to: number = EVERYBODY): void {
    this.#send(TransferMode.UNRELIABLE, to, bytes);
  }

  /** Bolts, bumps, boosts: late they are worth nothing, but their order matters. */
  sendEffect(bytes: Uint8Array): void {
    this.#send(TransferMode.UNRELIABLE_ORDERED, EVERYBODY, bytes);
  }

  /** All that counts: who one is, hits, falls, the round, chat. */
  sendMessage(message: GameMessage, to: number = EVERYBODY): void {
    this.#peer.transferMode = TransferMode.RELIABLE;
    this.#peer.setTargetPeer(to);
    this.#peer.putVar(message);
  }

  ping(nowMs: number): void {
    this.sendUnreliable(encodePing(PacketKind.PING, Math.floor(nowMs)));
  }

  /** Reads every packet that the last poll made readable. */
  receive(listener: WireListener): void {
    const peer = this.#peer;
    for (let waiting = peer.getAvailablePacketCount(); waiting > 0; waiting--) {
      const from = peer.getPacketPeer();
      const mode = peer.getPacketMode();
      if (!listener.admit(from)) {
        peer.getPacket();
        this.#counters.overBudget += 1;
      } else if (mode === TransferMode.RELIABLE) this.#takeMessage(from, listener);
      else if (mode === TransferMode.UNRELIABLE) this.#takeUnreliable(from, peer.getPacket(), listener);
      else this.#takeEffect(from, peer.getPacket(), listener);
    }
  }

  #takeMessage(from: number, listener: WireListener): void {
    const message = checkMessage(this.#peer.getVar());
    if (message === null) {
      this.#counters.malformed += 1;
      return;
    }
    this.#counters.messagesTaken += 1;
    listener.message(from, message);
  }

  #takeUnreliable(from: number, bytes: Uint8Array, listener: WireListener): void {
    const pose = decodePose(bytes);
    if (pose !== null) {
      listener.pose(from, pose);
      return;
    }
    const token = decodePing(bytes);
    if (token === null) this.#counters.malformed += 1;
    else if (bytes[0] === PacketKind.PING) this.sendUnreliable(encodePing(PacketKind.PONG, token), from);
    else listener.pong(from, token);
  }

  #takeEffect(from: number, bytes: Uint8Array, listener: WireListener): void {
    const effect = decodeEffect(bytes, from);
    if (effect === null) this.#counters.malformed += 1;
    else {
      this.#counters.effectsTaken += 1;
      listener.effect(from, effect);
    }
  }

  #send(mode: TransferMode, to: number, bytes: Uint8Array): void {
    this.#peer.transferMode = mode;
    this.#peer.setTargetPeer(to);
    this.#peer.putPacket(bytes);
  }
}
