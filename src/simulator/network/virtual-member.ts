import type { IceServer } from "../../seam/connection-backend.ts";
import { checkSignal } from "../../signalling/check-signal.ts";
import { Inbox } from "../../signalling/inbox.ts";
import type { Signal, Signaller, SignallerEvent } from "../../signalling/signaller.ts";
import { MAX_QUEUED_EVENTS } from "../../signalling/signaller.ts";
import type { VirtualLink } from "./link.ts";
import type { Scheduled } from "./schedule.ts";
import type { VirtualDevice } from "./virtual-device.ts";

/** What a signal is taken to weigh on the line. Unit: bytes. */
const MESSAGE_BYTES = 1_000;

/** What a member asks of its server, once its word has arrived there. */
export interface ServerDesk {
  join(): void;
  change(what: () => void): void;
  overflow(): void;
  restore(): void;
  forget(): void;
}

/** What the server has told a member, and how often its line had ended then. */
interface Sent {
  readonly event: SignallerEvent;
  readonly ends: number;
}

/** One member of a `VirtualSignalling`: a line to the server and back, and what has come over it. */
export class VirtualMember implements Signaller {
  readonly localId: number;
  readonly iceServers: readonly IceServer[] = [];
  wake: (() => void) | null = null;
  readonly up: VirtualLink;
  readonly down: VirtualLink;
  readonly #device: VirtualDevice;
  readonly #desk: ServerDesk;
  readonly #inbox = new Inbox();
  /** This member as the server has it. */
  #atServer: Signaller | null = null;
  #isClosed = false;
  #comesBackOnceRead = false;
  /** How often the line has ended: what was on its way then does not arrive. */
  #ends = 0;
  readonly #arrival: Scheduled = { fire: (sent) => this.#arrive(sent as Sent) };
  readonly #request: Scheduled = { fire: (request) => (request as () => void)() };

  constructor(device: VirtualDevice, up: VirtualLink, down: VirtualLink, desk: ServerDesk) {
    this.localId = device.id;
    this.up = up;
    this.down = down;
    this.#device = device;
    this.#desk = desk;
  }

  join(): void {
    this.#ask(() => this.#desk.join());
  }

  send(to: number, signal: Signal): void {
    if (this.#isClosed || this.#inbox.isDown) return;
    const copy = checkSignal(signal);
    if (copy !== null) this.#ask(() => this.#desk.change(() => this.#atServer?.send(to, copy)));
  }

  receive(): SignallerEvent | undefined {
    const event = this.#inbox.shift();
    if (event === undefined && this.#comesBackOnceRead) {
      this.#comesBackOnceRead = false;
      this.#ask(() => this.#desk.restore());
    }
    return event;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#inbox.close();
    this.wake = null;
    this.#ask(() => {
      this.#desk.change(() => this.#atServer?.close());
      this.#desk.forget();
    });
  }

  admit(atServer: Signaller): void {
    this.#atServer = atServer;
  }

  /** Whether its device has crashed. */
  get isGone(): boolean {
    return this.#device.isCrashed;
  }

  /** The server has no more to do with this member. */
  retire(): void {
    this.#isClosed = true;
    this.#desk.forget();
  }

  /** The server keeps no place for this member any more, and says nothing of it. */
  expel(): void {
    this.#isClosed = true;
    this.#atServer?.close();
    this.#atServer = null;
  }

  /** Sends what the server has for this member on its way. */
  dispatch(): void {
    const { id, isCrashed } = this.#device;
    for (let event = this.#atServer?.receive(); event !== undefined; event = this.#atServer?.receive()) {
      const { schedule } = this.#device.network;
      // The end of the line shows at this end, whatever the line is like.
      if (event.kind === "down") {
        this.#ends += 1;
        schedule.add(schedule.nowUs, this.#arrival, { event, ends: this.#ends });
      } else if (!isCrashed) this.down.transmit(this.#arrival, { event, ends: this.#ends }, MESSAGE_BYTES);
      if (event.kind === "left" && event.peerId === id) this.#atServer = null;
    }
  }

  #ask(request: () => void): void {
    if (!this.#device.isCrashed) this.up.transmit(this.#request, request, MESSAGE_BYTES);
  }

  #arrive({ event, ends }: Sent): void {
    const isOwnEnd = event.kind === "left" && event.peerId === this.localId;
    if (ends !== this.#ends && !isOwnEnd) return;
    this.#device.run(() => {
      if (this.#isClosed && !isOwnEnd) return;
      if (!this.#take(event, isOwnEnd)) return;
      this.wake?.();
    });
  }

  #take(event: SignallerEvent, isOwnEnd: boolean): boolean {
    if (isOwnEnd) {
      this.#inbox.pushLast(event);
      return true;
    }
    if (event.kind === "down") return this.#inbox.goDown(event.reason);
    if (event.kind === "up") return this.#inbox.comeUp();
    if (this.#inbox.push(event)) return true;
    if (this.#inbox.isDown) return false;
    this.#comesBackOnceRead = true;
    this.#ask(() => this.#desk.overflow());
    return this.#inbox.goDown(`more than ${MAX_QUEUED_EVENTS} events unread`);
  }
}
