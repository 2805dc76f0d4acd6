import { shown } from "../../base/diagnostics.ts";
import { reportError } from "../../base/report-error.ts";
import { encodeVar } from "../../codec/var.ts";
import { RELIABLE_FRAME_BYTES } from "../limits.ts";
import * as FrameKind from "../wire/frame-kind.ts";
import {
  type Hello,
  handshakeBody,
  handshakeFrame,
  type Refusal,
  RefusalCode,
  readAccept,
  readHello,
  readRefusal,
  writeAccept,
  writeHello,
  writeRefusal,
} from "../wire/hello.ts";

/** The game's own look at who comes: `null`, or why it may not. */
export type HelloCheck = (data: unknown, peerId: number) => string | null | Promise<string | null>;

/** What must be the same on both sides: the first difference is told. */
const SAME = [
  ["protocol", RefusalCode.PROTOCOL],
  ["game", RefusalCode.GAME],
  ["version", RefusalCode.VERSION],
  ["table", RefusalCode.MESSAGES],
] as const;

/** Where an earlier connection to the same peer ended: what it takes to go on from there. */
export interface ResumePoint {
  /** The other side's first hello. */
  readonly theirs: Hello;
  /** How many of its reliable frames were read. */
  readonly receivedFrames: number;
  /** Whether ours can be sent again from this one on. */
  canGoOnFrom(frame: number): boolean;
}

/**
 * The first words between two sides. Each says hello at once; each looks at the other's, and accepts or refuses it.
 * Ready is who has accepted and was accepted. A refusal is told to the other side, and is final on both. An earlier connection goes
 * on only if both say so; else this is a beginning.
 */
export class Handshake {
  /** The other side's; `null` until it was understood. */
  theirs: Hello | null = null;
  refusal: (Refusal & { readonly by: "us" | "them" }) | null = null;
  /** Time ran out, and it was not ours: what the other side said may be lost with the connection. */
  isOverdue = false;
  /** Of our reliable frames the first that the other side has not read, if this goes on with an earlier connection; `null`: a beginning. */
  goesOnFrom: number | null = null;
  readonly #point: ResumePoint | null;
  readonly #ours: Hello;
  readonly #peerId: number;
  readonly #check: HelloCheck | null;
  readonly #send: (frame: Uint8Array) => void;
  readonly #wake: () => void;
  readonly #deadlineMs: number;
  #accepted = false;
  #wasAccepted = false;
  /** What the game's check found, once it has; it comes to light in the next `poll`. */
  #verdict: string | null | undefined;

  constructor(
    ours: Hello,
    peerId: number,
    check: HelloCheck | null,
    point: ResumePoint | null,
    deadlineMs: number,
    send: (frame: Uint8Array) => void,
    wake: () => void,
  ) {
    this.#ours = ours;
    this.#peerId = peerId;
    this.#check = check;
    this.#point = point;
    this.#deadlineMs = deadlineMs;
    this.#send = send;
    this.#wake = wake;
    const resume = point && ([point.theirs.epoch, point.receivedFrames] as const);
    send(handshakeFrame(FrameKind.HELLO, writeHello({ ...ours, resume })));
  }

  /** An earlier connection was there, and does not go on: known once the other side has said so, in whatever way. */
  get beginsAnew(): boolean {
    return this.#point !== null && this.theirs !== null && this.goesOnFrom === null;
  }

  /** This side has: the other may be ready. */
  get hasAccepted(): boolean {
    return this.#accepted;
  }

  get isReady(): boolean {
    return this.#accepted && this.#wasAccepted && this.refusal === null;
  }

  /** A frame on the reliable channel, before both are ready. */
  take(kind: number, frame: Uint8Array): void {
    if (this.refusal !== null) return;
    const body = handshakeBody(frame);
    if (kind === FrameKind.HELLO && this.theirs === null) {
      this.theirs = readHello(body);
      if (this.theirs !== null) {
        if (this.#point !== null) this.goesOnFrom = continuation(this.#ours, this.theirs, this.#point);
        return this.#judge(this.theirs);
      }
    } else if (kind === FrameKind.ACCEPT) {
      const first = readAccept(body, this.#ours.epoch);
      if (first !== undefined) {
        this.#wasAccepted = true;
        if (first !== this.#point?.receivedFrames) this.goesOnFrom = null;
        return;
      }
    } else if (kind === FrameKind.REFUSE) {
      const refusal = readRefusal(body);
      if (refusal !== null) {
        this.refusal = { ...refusal, by: "them" };
        return;
      }
    }
    this.#refuse(RefusalCode.NO_HANDSHAKE, "what it sent is no handshake of this protocol");
  }

  poll(nowMs: number): void {
    if (this.refusal !== null || this.isReady) return;
    if (this.#verdict !== undefined && !this.#accepted) this.#conclude(this.#verdict);
    if (this.isReady || nowMs < this.#deadlineMs) return;
    this.isOverdue = this.theirs === null || this.#accepted;
    this.#refuse(RefusalCode.NO_HANDSHAKE, "the handshake took too long");
  }

  #judge(theirs: Hello): void {
    const ours = this.#ours;
    for (const [name, code] of SAME) {
      if (theirs[name] === ours[name]) continue;
      return this.#refuse(code, `${name} ${shown(theirs[name])} is not ${shown(ours[name])}`);
    }
    if (theirs.creditBytes < RELIABLE_FRAME_BYTES) {
      return this.#refuse(RefusalCode.NO_HANDSHAKE, `a credit of ${theirs.creditBytes} B is less than one frame`);
    }
    // Who goes on is known already.
    if (this.#check === null || this.goesOnFrom !== null) return this.#conclude(null);
    try {
      const verdict = this.#check(theirs.data, this.#peerId);
      if (!(verdict instanceof Promise)) return this.#conclude(verdict);
      verdict.then(this.#settle, this.#settleThrown);
    } catch (error) {
      this.#conclude(this.#failed(error));
    }
  }

  readonly #settle = (verdict: string | null): void => {
    // What is neither has slipped past the type, and lets nobody in.
    this.#verdict = verdict === null ? null : String(verdict);
    this.#wake();
  };

  readonly #settleThrown = (error: unknown): void => this.#settle(this.#failed(error));

  /** The other side learns no more than that; ours finds the error where errors go. */
  #failed(error: unknown): string {
    reportError(error);
    return "the game's check failed";
  }

  #conclude(verdict: string | null): void {
    if (verdict !== null) return this.#refuse(RefusalCode.CHECK, String(verdict));
    this.#accepted = true;
    this.#send(handshakeFrame(FrameKind.ACCEPT, writeAccept((this.theirs as Hello).epoch, this.goesOnFrom)));
  }

  #refuse(code: RefusalCode, reason: string): void {
    this.refusal = { code, reason, by: "us" };
    this.#send(handshakeFrame(FrameKind.REFUSE, writeRefusal(this.refusal)));
  }
}

/** From which of our frames on the other side wants to read; `null` if it does not go on with the same session, or cannot. */
function continuation(ours: Hello, theirs: Hello, { theirs: before, canGoOnFrom }: ResumePoint): number | null {
  const [epoch, frame] = theirs.resume ?? [];
  if (theirs.epoch !== before.epoch || epoch !== ours.epoch || frame === undefined || !canGoOnFrom(frame)) return null;
  // What the game's check has seen must be what it would see now.
  return String(encodeVar(theirs.data)) === String(encodeVar(before.data)) ? frame : null;
}
