import type { SessionLimits } from "../../../src/session/limits.ts";
import type { Session } from "../../../src/session/session.ts";
import { RandomStream } from "../../../src/simulator/network/random-stream.ts";
import type { Member } from "../../../src/simulator/world/member.ts";
import type { MemberGame } from "../../../src/simulator/world/member-game.ts";
import { type Input, MESSAGE_NAMES, TABLE, type Wish } from "./table.ts";

const WISHES: readonly Wish[] = ["same", "long", "none", "failure"];
const LONG_ANSWER_BYTES = 30_000;

/** A game that says what it is told to say, answers calls, and now and then a message from within its handler. */
export class SessionGame implements MemberGame {
  readonly session: Session<typeof TABLE.definitions>;
  readonly #id: number;
  #written = 0;

  constructor(member: Member, limits: Partial<SessionLimits>) {
    this.#id = member.id;
    this.session = member.createSession({ game: "simulation", version: "1", messages: TABLE, limits });
    for (const name of MESSAGE_NAMES) this.session.onMessage(name, (payload, from) => this.#hear(payload, from));
    this.session.onCall("ask", (request) => this.#answer(request));
    this.session.onCall("beg", (request) => this.#answer(request));
  }

  input(input: unknown): boolean {
    const what = input as Input;
    if (what.do === "call") {
      const request = this.#write(what.size, WISHES.indexOf(what.wish));
      // To oneself there is none: the session refuses it.
      const { to, name, timeoutMs } = what;
      if (to !== this.#id) this.session.callWith(to, name, request, () => {}, { timeoutMs });
      return true;
    }
    const { name, size, to } = what;
    if (name === "rule" && this.session.hostId !== this.#id) return false;
    const whom = to === 0 ? {} : to > 0 ? { to } : { except: -to };
    this.session.send(name, this.#write(size), whom);
    return true;
  }

  #hear(payload: Uint8Array, from: number): void {
    if (payload.length % 7 === 3 && payload[0] !== 255) this.session.send("chat", this.#write(40, 255), { to: from });
  }

  #answer(request: Uint8Array): Uint8Array | Promise<Uint8Array> {
    const wish = WISHES[request[0] ?? 0];
    if (wish === "failure") throw new Error("it does not want to");
    if (wish === "none") return new Promise(() => {});
    return wish === "long" ? this.#write(LONG_ANSWER_BYTES) : request;
  }

  /** No two are the same, nor any two parts of one. */
  #write(size: number, first = 0): Uint8Array {
    this.#written += 1;
    const words = new Uint32Array((size + 3) >> 2);
    const seed = Math.imul(this.#id, 0x9e3779b1) + Math.imul(this.#written, 0x85ebca6b);
    for (let i = 0; i < words.length; i++) words[i] = seed + Math.imul(i, 0xc2b2ae35);
    const bytes = new Uint8Array(words.buffer, 0, size);
    if (size > 0) bytes[0] = first === 0 ? this.#written % 251 : first;
    return bytes;
  }
}

/** Limits of the sessions of a run: the same for all of them. */
export function limitsOf(seed: number): Partial<SessionLimits> {
  const random = RandomStream.named(seed, "limits");
  return {
    datagramBytes: random.pick([256, 1_100, 1_100, 4_000]),
    sendBufferBytes: random.pick([16_384, 65_536]),
    bulkCreditBytes: random.pick([16_384, 65_536, 1_048_576]),
    queuedUnreliableBytes: random.pick([1_024, 65_536]),
    queuedReliableBytes: random.pick([1_048_576, 67_108_864]),
    goneAfterMs: random.pick([2_500, 8_000]),
    handshakeMs: random.pick([1_000, 5_000]),
  };
}
