import {
  type ChannelBackend,
  type ChannelOptions,
  type ConnectionBackend,
  SendError,
} from "../../src/seam/connection-backend.ts";
import { until } from "../support/until.ts";
import type { Subject } from "./duty.ts";
import type { Wire } from "./means.ts";
import { ChannelRecord, Recording } from "./recording.ts";

/** One backend and what it told. */
export class Side {
  readonly recording = new Recording();
  readonly backend: ConnectionBackend;
  /** Carries local candidates to the far side; a test may turn it off. */
  carriesCandidates = true;
  /** What the far side is given in place of a candidate line; `null` for nothing. */
  reroute: (name: string) => string | null = (name) => name;
  #describedFar = 0;
  #candidatesFar = 0;

  constructor({ create }: Subject) {
    this.backend = this.recording.watch(create({ iceServers: [] }, this.recording));
  }

  channel(label: string, options: Partial<ChannelOptions> = {}): ChannelRecord {
    const made = this.backend.createChannel(label, { ...PLAIN, ...options });
    return new ChannelRecord(this.recording.watch(made), this.recording);
  }

  /** Applies the descriptions made here, and hands them and the candidates over, in the order in which they were told. */
  carryTo(far: Side): void {
    for (const { type, sdp } of this.recording.descriptions.slice(this.#describedFar)) {
      this.#describedFar += 1;
      this.backend.setLocalDescription(type, sdp);
      far.backend.setRemoteDescription(type, sdp);
    }
    if (!this.carriesCandidates) return;
    for (const { media, index, name } of this.recording.candidates.slice(this.#candidatesFar)) {
      this.#candidatesFar += 1;
      const rerouted = this.reroute(name);
      if (rerouted !== null) far.backend.addIceCandidate(media, index, rerouted);
    }
  }
}

/** Options of a reliable, ordered channel made in band. */
export const PLAIN: ChannelOptions = {
  negotiated: false,
  id: null,
  ordered: true,
  maxPacketLifeTime: null,
  maxRetransmits: null,
  protocol: "",
};

/** Two backends on one machine, wired by hand: `step` carries what they told each other. */
export class BackendPair {
  readonly a: Side;
  readonly b: Side;

  readonly #subject: Subject;

  constructor(subject: Subject) {
    this.#subject = subject;
    this.a = new Side(subject);
    this.b = new Side(subject);
  }

  readonly step = (): void => {
    this.a.carryTo(this.b);
    this.b.carryTo(this.a);
  };

  /** The same negotiated channel at both ends: `a`'s, `b`'s. */
  negotiate(id: number, options: Partial<ChannelOptions> = {}): [ChannelRecord, ChannelRecord] {
    const negotiated = { ...options, negotiated: true, id };
    return [this.a.channel(`negotiated ${id}`, negotiated), this.b.channel(`negotiated ${id}`, negotiated)];
  }

  async until(condition: () => unknown, what: string): Promise<void> {
    await until(condition, { step: this.step, what, time: this.#subject.means });
  }

  /** Connects the two, and waits until the channels given have told that they are open. */
  async connect(...channels: readonly ChannelRecord[]): Promise<void> {
    this.a.backend.createOffer();
    await this.until(
      () =>
        [this.a, this.b].every((side) => side.recording.states("connection").includes("connected")) &&
        channels.every((channel) => channel.heard.includes("open")),
      "the pair to connect",
    );
  }

  close(): void {
    this.a.backend.close();
    this.b.backend.close();
  }
}

/** A connected pair with one negotiated channel: `toB` is `a`'s end, `toA` is `b`'s. */
export async function connectedPair(
  subject: Subject,
  options: Partial<ChannelOptions> = {},
): Promise<{ readonly pair: BackendPair; readonly toB: ChannelRecord; readonly toA: ChannelRecord }> {
  const pair = new BackendPair(subject);
  const [toB, toA] = pair.negotiate(1, options);
  await pair.connect(toB, toA);
  return { pair, toB, toA };
}

/** As `connectedPair`, over a wire: it is all they know of each other. */
export async function wiredPair(subject: Subject, wire: Wire): ReturnType<typeof connectedPair> {
  const pair = new BackendPair(subject);
  routeOver(pair, wire);
  const [toB, toA] = pair.negotiate(1);
  await pair.connect(toB, toA);
  return { pair, toB, toA };
}

/** From now on the two are told of this wire alone. */
export function routeOver(pair: BackendPair, wire: Wire): void {
  for (const [end, side] of [pair.a, pair.b].entries()) {
    side.reroute = (name) => {
      // A relay is another way altogether.
      if (/ typ relay$/.test(name)) return name;
      const [, before, port, after] = /^(candidate:\S+ 1 udp \d+ 127\.0\.0\.1) (\d+) (typ host.*)$/i.exec(name) ?? [];
      if (port === undefined) return null;
      void wire.aim(end as 0 | 1, Number(port));
      return `${before} ${wire.ports[end as 0 | 1]} ${after}`;
    };
  }
}

/** Gives what ought not to come the time to come. Only for showing that nothing does. */
export async function quiet({ means }: Subject, ms = 150): Promise<void> {
  await means.pass(ms);
}

/** Waits without carrying anything. */
export async function untilTold({ means }: Subject, condition: () => boolean, what: string): Promise<void> {
  await until(condition, { what, time: means });
}

/** Bytes that differ from place to place and from seed to seed. */
export function pattern(length: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = i * 31 + (i >> 8) * 17 + seed * 7;
  return bytes;
}

/** Whether a message is exactly these bytes, as binary. */
export function carries(message: ArrayBuffer | string | undefined, bytes: Uint8Array): boolean {
  if (!(message instanceof ArrayBuffer) || message.byteLength !== bytes.length) return false;
  const got = new Uint8Array(message);
  return bytes.every((value, i) => got[i] === value);
}

/** The kind of `SendError` that sending this meets; `null` if it is taken. Other errors pass through. */
export function sendFailure(channel: ChannelBackend, data: Uint8Array | string): string | null {
  try {
    channel.send(data);
    return null;
  } catch (error) {
    if (!(error instanceof SendError)) throw error;
    if (error.message === "") throw new Error("a SendError without words", { cause: error });
    return error.failure;
  }
}
