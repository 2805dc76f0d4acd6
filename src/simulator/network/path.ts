import type { BackendConnectionState } from "../../seam/connection-backend.ts";
import {
  CHECK_BYTES,
  CHECK_INTERVAL_US,
  CHECKS_FAIL_US,
  DISCONNECTED_US,
  FAILED_US,
  FLIGHT_BYTES,
  FLIGHT_RETRY_MAX_US,
  FLIGHT_RETRY_MIN_US,
  LATE_PING_INTERVAL_US,
  PING_INTERVAL_US,
  SCTP_FLIGHT,
  SCTP_RETRY_US,
} from "./limits.ts";

/** What travels to find, secure and keep a path. */
export type PathPacket =
  | { readonly path: "check"; readonly sentUs: number }
  | { readonly path: "answer"; readonly sentUs: number }
  /** One step of the hand-shakes of DTLS and SCTP: even ones come from who answered the offer. */
  | { readonly path: "flight"; readonly number: number }
  | { readonly path: "goodbye" };

/** What a path needs of its connection. */
export interface PathHost {
  readonly nowUs: number;
  transmit(packet: PathPacket, bytes: number): void;
  /** Asks for `onTimer` at that time. Needless calls do no harm. */
  wakeAt(timeUs: number): void;
  /** This end can send: called once. */
  opened(): void;
  stateChanged(state: BackendConnectionState): void;
}

type Phase = "idle" | "checking" | "securing" | "open" | "ended";

/**
 * How one end finds a path to the far one, secures it, and notices when it is gone: ICE, DTLS and the opening of SCTP, as far as
 * they show in how long things take and in what becomes of them under loss.
 *
 * Checks are sent every 50 ms until one is answered. Then eight flights go to and fro, four of DTLS 1.2 and four of SCTP, each
 * sent again if the next does not come. From then on a ping is due every 2.5 s, and answers that stay away make the path first
 * `disconnected`, then `failed`.
 */
export class Path {
  readonly #host: PathHost;
  #phase: Phase = "idle";
  #offers = false;
  #hasTarget = false;
  #startedUs = 0;
  #nextSendUs = 0;
  #answeredUs = 0;
  #roundTripUs = 0;
  /** The last flight that this end has sent; −1 for none. */
  #sentFlight = -1;
  #retryUs = 0;
  #state: BackendConnectionState = "new";

  constructor(host: PathHost) {
    this.#host = host;
  }

  get isOpen(): boolean {
    return this.#phase === "open";
  }

  get state(): BackendConnectionState {
    return this.#state;
  }

  /** Both descriptions are set. */
  start(offers: boolean): void {
    if (this.#phase !== "idle") return;
    this.#offers = offers;
    this.#phase = "checking";
    this.#startedUs = this.#host.nowUs;
    this.#enter("connecting");
    if (this.#hasTarget) this.#check();
  }

  /** An address of the far end is known. */
  addTarget(): void {
    if (this.#hasTarget) return;
    this.#hasTarget = true;
    if (this.#phase === "checking") this.#check();
  }

  receive(packet: Exclude<PathPacket, { path: "goodbye" }>): void {
    if (this.#phase === "idle" || this.#phase === "ended") return;
    if (packet.path === "check") this.#answer(packet.sentUs);
    else if (packet.path === "answer") this.#takeAnswer(packet.sentUs);
    else this.#takeFlight(packet.number);
  }

  /** The far end has sent what only an open end sends: the last flight, which would have said so, is late or lost. */
  confirm(): void {
    if (this.#phase === "securing" && this.#sentFlight === FLIGHT_BYTES.length - 2) this.#open();
  }

  onTimer(): void {
    const { nowUs } = this.#host;
    // Asked for by what has moved on since. Who needs a call has asked for one of its own.
    if (nowUs < this.#nextSendUs) return;
    if (this.#phase === "checking") {
      if (nowUs - this.#startedUs >= CHECKS_FAIL_US && this.#hasTarget) this.#fail();
      else if (this.#hasTarget) this.#check();
    } else if (this.#phase === "securing") {
      this.#retryFlight(nowUs);
    } else if (this.#phase === "open") {
      this.#keep(nowUs);
    }
  }

  /** ICE was restarted: checks begin at once, and have their time again. */
  lookAnew(): void {
    if (this.#phase !== "open") return;
    const { nowUs } = this.#host;
    this.#answeredUs = Math.max(this.#answeredUs, nowUs - DISCONNECTED_US);
    this.#nextSendUs = nowUs;
    this.#host.wakeAt(nowUs);
  }

  end(): void {
    this.#phase = "ended";
  }

  #check(): void {
    const { nowUs } = this.#host;
    this.#host.transmit({ path: "check", sentUs: nowUs }, CHECK_BYTES);
    this.#nextSendUs = nowUs + CHECK_INTERVAL_US;
    this.#host.wakeAt(this.#nextSendUs);
  }

  #answer(sentUs: number): void {
    this.#host.transmit({ path: "answer", sentUs }, CHECK_BYTES);
    // Who was found knows by it where the other is, even if no candidate ever said so.
    this.addTarget();
  }

  #takeAnswer(sentUs: number): void {
    const { nowUs } = this.#host;
    this.#answeredUs = nowUs;
    this.#roundTripUs = nowUs - sentUs;
    if (this.#phase === "open") {
      if (this.#state === "disconnected") this.#enter("connected");
      return;
    }
    if (this.#phase !== "checking") return;
    this.#phase = "securing";
    if (!this.#offers) this.#sendFlight(0);
  }

  #takeFlight(number: number): void {
    if (this.#phase === "checking") this.#phase = "securing";
    if (number === this.#sentFlight + 1) {
      if (number + 1 < FLIGHT_BYTES.length) this.#sendFlight(number + 1);
      // Who sends the last flight, and who gets it, can send: what they have agreed on is known to both by then.
      if (number + 2 >= FLIGHT_BYTES.length) this.#open();
    } else if (number === this.#sentFlight - 1) {
      // The far end has not got what followed from it.
      this.#host.transmit({ path: "flight", number: this.#sentFlight }, FLIGHT_BYTES[this.#sentFlight] as number);
    }
  }

  #sendFlight(number: number): void {
    const { nowUs } = this.#host;
    this.#sentFlight = number;
    this.#host.transmit({ path: "flight", number }, FLIGHT_BYTES[number] as number);
    this.#retryUs =
      number >= SCTP_FLIGHT
        ? SCTP_RETRY_US
        : Math.min(Math.max(2 * this.#roundTripUs, FLIGHT_RETRY_MIN_US), FLIGHT_RETRY_MAX_US);
    this.#nextSendUs = nowUs + this.#retryUs;
    this.#host.wakeAt(this.#nextSendUs);
  }

  #retryFlight(nowUs: number): void {
    if (nowUs - this.#startedUs >= FAILED_US && nowUs - this.#answeredUs >= FAILED_US) return this.#fail();
    if (this.#sentFlight < 0) return;
    this.#host.transmit({ path: "flight", number: this.#sentFlight }, FLIGHT_BYTES[this.#sentFlight] as number);
    this.#retryUs *= 2;
    this.#nextSendUs = nowUs + this.#retryUs;
    this.#host.wakeAt(this.#nextSendUs);
  }

  #open(): void {
    const { nowUs } = this.#host;
    if (this.#phase === "open") return;
    this.#phase = "open";
    this.#answeredUs = nowUs;
    this.#nextSendUs = nowUs + PING_INTERVAL_US;
    this.#host.wakeAt(this.#nextSendUs);
    this.#enter("connected");
    this.#host.opened();
  }

  #keep(nowUs: number): void {
    const silentUs = nowUs - this.#answeredUs;
    if (silentUs >= FAILED_US) return this.#fail();
    if (silentUs >= DISCONNECTED_US) this.#enter("disconnected");
    this.#host.transmit({ path: "check", sentUs: nowUs }, CHECK_BYTES);
    // A ping that is answered leaves less silence than this.
    const isLate = silentUs > PING_INTERVAL_US;
    this.#nextSendUs = nowUs + (isLate ? LATE_PING_INTERVAL_US : PING_INTERVAL_US);
    this.#host.wakeAt(this.#nextSendUs);
  }

  #fail(): void {
    this.#phase = "ended";
    this.#enter("failed");
  }

  #enter(state: BackendConnectionState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#host.stateChanged(state);
  }
}
