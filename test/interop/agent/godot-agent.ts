import type { IceCandidate, Signal, SignallerEvent } from "tickmesh/signalling";
import type { MeshAgent, Order, Tell } from "./mesh-agent.ts";
import { payloadBytes, readPayload } from "./payload.ts";

/** What the script inside Godot tells. */
export type GodotEvent =
  | { readonly event: "ready"; readonly version: string }
  | { readonly event: "connected" | "disconnected"; readonly id: number }
  | { readonly event: "session"; readonly id: number; readonly type: "offer" | "answer"; readonly sdp: string }
  | ({ readonly event: "candidate"; readonly id: number } & IceCandidate)
  | {
      readonly event: "packet";
      readonly from: number;
      readonly mode: number;
      readonly channel: number;
      readonly hex: string;
    };

/** Calls the script inside Godot. */
export type GodotCall = (op: string, args: object) => unknown;

/** What a connector keeps of one pair. */
interface Pair {
  attempt: number;
  isConnected: boolean;
  /** Candidates of the far side that came before its description, which Godot would lose. */
  early: IceCandidate[] | null;
}

/** A member that is a real Godot engine. Its part of the signalling is written here, as a game would write it in GDScript. */
export class GodotAgent implements MeshAgent {
  readonly #tell: Tell;
  readonly #call: GodotCall;
  readonly #pairs = new Map<number, Pair>();
  #id = 0;

  constructor(tell: Tell, call: GodotCall) {
    this.#tell = tell;
    this.#call = call;
  }

  join(id: number, channels: readonly (0 | 1 | 2)[]): void {
    this.#tell({ kind: "joined", id });
    this.#id = id;
    this.#pairs.clear();
    this.#do("create_mesh", { id, channels });
  }

  hear(event: SignallerEvent): void {
    if (event.kind === "introduced") {
      this.#pairs.set(event.peerId, { attempt: 0, isConnected: false, early: [] });
      if (this.#id > event.peerId) this.#offer(event.peerId, 1);
    } else if (event.kind === "left") {
      // A connection that stands tells by itself that it ends.
      if (this.#pairs.get(event.peerId)?.isConnected === false) this.#forget(event.peerId);
      this.#pairs.delete(event.peerId);
    } else if (event.kind === "signal") {
      this.#take(event.from, event.signal);
    }
  }

  /** Hears what happened inside Godot. */
  happened(event: GodotEvent): void {
    if (event.event === "session") {
      const { id, type, sdp } = event;
      this.#say(id, { kind: "description", attempt: this.#pairOf(id).attempt, type, sdp, candidates: [] });
    } else if (event.event === "candidate") {
      const { id, media, index, name } = event;
      this.#say(id, { kind: "candidates", attempt: this.#pairOf(id).attempt, candidates: [{ media, index, name }] });
    } else if (event.event === "connected") {
      this.#pairOf(event.id).isConnected = true;
      this.#tell({ kind: "connected", id: event.id });
    } else if (event.event === "disconnected") {
      this.#pairs.delete(event.id);
      this.#tell({ kind: "disconnected", id: event.id, reason: "" });
    } else if (event.event === "packet") {
      const { from, mode, channel } = event;
      this.#tell({ kind: "packet", from, mode, channel, payload: readPayload(bytesOf(event.hex)) });
    }
  }

  put(orders: readonly Order[]): number[] {
    return orders.map(({ target, mode, channel, ...payload }) => {
      return Number(this.#call("put_packet", { target, mode, channel, hex: hexOf(payloadBytes(payload)) }));
    });
  }

  /** Godot does not know. Beyond this its web build throws an exception that no script can catch. */
  largest(): number {
    return 262_144;
  }

  leave(orders: readonly Order[]): void {
    this.put(orders);
    this.#call("close", {});
  }

  #offer(id: number, attempt: number): void {
    this.#begin(id, attempt);
    this.#do("create_offer", { id });
  }

  #begin(id: number, attempt: number): void {
    this.#forget(id);
    this.#pairs.set(id, { attempt, isConnected: false, early: this.#pairOf(id).early ?? [] });
    this.#do("add_peer", { id });
  }

  #forget(id: number): void {
    if (this.#call("has_peer", { id }) === true) this.#call("remove_peer", { id });
  }

  #take(id: number, signal: Signal): void {
    const pair = this.#pairOf(id);
    // Godot restarts no ICE.
    if (signal.kind === "restart" || (signal.kind === "description" && signal.restart !== undefined)) return;
    // It offers to everybody.
    if (signal.kind === "echo" || signal.kind === "want") return;
    if (signal.kind === "probe") this.#say(id, { kind: "echo", attempt: signal.attempt });
    else if (signal.kind === "retry") this.#offer(id, signal.attempt + 1);
    else if (signal.kind === "candidates") this.#takeCandidates(id, signal.candidates);
    else {
      if (signal.type === "offer") this.#begin(id, signal.attempt);
      else if (signal.attempt !== pair.attempt) return;
      this.#do("set_remote_description", { id, type: signal.type, sdp: signal.sdp });
      const early = this.#pairOf(id).early ?? [];
      this.#pairOf(id).early = null;
      this.#takeCandidates(id, [...signal.candidates, ...early]);
    }
  }

  #takeCandidates(id: number, candidates: readonly IceCandidate[]): void {
    const { early } = this.#pairOf(id);
    if (early !== null) early.push(...candidates);
    else for (const candidate of candidates) this.#do("add_ice_candidate", { id, ...candidate });
  }

  #pairOf(id: number): Pair {
    return this.#pairs.get(id) ?? { attempt: 0, isConnected: false, early: [] };
  }

  #say(to: number, signal: Signal): void {
    this.#tell({ kind: "signal", to, signal });
  }

  /** Calls something that is to succeed. */
  #do(op: string, args: object): void {
    const error = this.#call(op, args);
    if (error !== 0) this.#tell({ kind: "trouble", words: `Godot's ${op} gave error ${String(error)}` });
  }
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
}
