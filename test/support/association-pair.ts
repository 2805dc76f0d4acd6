import { Schedule, type Scheduled } from "../../src/simulator/network/schedule.ts";
import { Association } from "../../src/simulator/network/sctp/association.ts";
import type {
  AssociationHost,
  MessageKind,
  SctpPacket,
  StreamReliability,
} from "../../src/simulator/network/sctp/association-host.ts";
import type { Packet } from "../../src/simulator/network/sctp/packet.ts";

export const RELIABLE: StreamReliability = { ordered: true, maxPacketLifeTime: null, maxRetransmits: null };

export type Told =
  | {
      readonly what: "message";
      readonly atUs: number;
      readonly stream: number;
      readonly payload: unknown;
      readonly kind: MessageKind;
      readonly bytes: number;
    }
  | { readonly what: "drained" | "reset" | "reset done"; readonly atUs: number; readonly stream: number };

export interface Sent {
  readonly atUs: number;
  readonly packet: Packet;
  readonly bytes: number;
}

/** How long each copy of a packet is on its way: none if it is lost. `number` counts the packets of its sender, from 0. */
export type Fate = (number: number, packet: Packet, sender: "a" | "b") => readonly number[];

/** One end, with everything that it sent and was told. */
export class End implements AssociationHost, Scheduled {
  readonly association: Association = new Association(this);
  readonly told: Told[] = [];
  readonly sent: Sent[] = [];
  /** Times that a call was asked for. */
  wakes = 0;
  /** Called for each message, as a game would answer. */
  onMessage: (stream: number, payload: unknown) => void = () => {};
  far!: End;
  readonly #name: "a" | "b";
  readonly #schedule: Schedule;
  readonly #fate: Fate;

  constructor(name: "a" | "b", schedule: Schedule, fate: Fate) {
    this.#name = name;
    this.#schedule = schedule;
    this.#fate = fate;
  }

  get nowUs(): number {
    return this.#schedule.nowUs;
  }

  /** Payloads that arrived, in order; of one stream, if it is named. */
  received(stream?: number): unknown[] {
    return this.told.flatMap((told) =>
      told.what === "message" && (stream === undefined || told.stream === stream) ? [told.payload] : [],
    );
  }

  toldOf(what: Told["what"]): number[] {
    return this.told.filter((told) => told.what === what).map((told) => told.stream);
  }

  transmit(packet: SctpPacket, bytes: number): void {
    const number = this.sent.length;
    this.sent.push({ atUs: this.nowUs, packet: packet as Packet, bytes });
    for (const delayUs of this.#fate(number, packet as Packet, this.#name)) {
      this.#schedule.add(this.nowUs + delayUs, this.far, packet);
    }
  }

  wakeAt(timeUs: number): void {
    this.wakes += 1;
    this.#schedule.add(timeUs, this, null);
  }

  fire(packet: unknown): void {
    if (packet === null) this.association.onTimer();
    else this.association.receive(packet as SctpPacket);
  }

  deliver(stream: number, kind: MessageKind, payload: unknown, bytes: number): void {
    this.told.push({ what: "message", atUs: this.nowUs, stream, payload, kind, bytes });
    this.onMessage(stream, payload);
  }

  drained(stream: number): void {
    this.told.push({ what: "drained", atUs: this.nowUs, stream });
  }

  streamReset(stream: number): void {
    this.told.push({ what: "reset", atUs: this.nowUs, stream });
  }

  streamResetDone(stream: number): void {
    this.told.push({ what: "reset done", atUs: this.nowUs, stream });
  }
}

/** Two associations, joined by a path of which a test decides every packet's fate. Times are in ms. */
export class AssociationPair {
  readonly schedule = new Schedule();
  readonly a: End;
  readonly b: End;

  constructor(fate: Fate = () => [10_000]) {
    this.a = new End("a", this.schedule, fate);
    this.b = new End("b", this.schedule, fate);
    this.a.far = this.b;
    this.b.far = this.a;
  }

  get isQuiet(): boolean {
    return this.a.association.isQuiet && this.b.association.isQuiet;
  }

  advance(ms: number): void {
    this.schedule.advanceTo(this.schedule.nowUs + ms * 1_000);
  }

  /** Lets time pass until nothing is to happen any more. Throws if that is not so within a day of virtual time. */
  settle(): void {
    while (this.schedule.size > 0) {
      if (this.schedule.nextUs > 86_400_000_000) throw new Error("still not quiet after a day");
      this.schedule.advanceTo(this.schedule.nextUs);
    }
  }
}

/** Loses the packets of `a` that carry data with one of these numbers among those: from 0. The path takes 10 ms. */
export function losingData(...numbers: number[]): Fate {
  let count = 0;
  return (_number, packet, sender) => {
    if (sender === "b" || packet.first === null) return [10_000];
    const isLost = numbers.includes(count);
    count += 1;
    return isLost ? [] : [10_000];
  };
}
