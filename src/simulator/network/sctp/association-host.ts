/**
 * The contract between one end of a simulated SCTP association and the world around it.
 *
 * An association is a state machine without a clock, a timer or a socket of its own: it is told what was sent, what arrived
 * and that time has come; it answers through its host. Its model is the implementation that browsers ship, dcSCTP in
 * libwebrtc: one congestion window for all channels, selective acknowledgements that travel with data where they can, fast
 * retransmission, one retransmission timer, abandoned messages skipped by a forward notice, streams closed by a reset. The
 * four-way handshake is not here: an association begins established on both ends.
 *
 * Rules.
 *  - All times are whole microseconds of virtual time, read from `host.nowUs`, which does not change within a call.
 *  - It never gives up: browsers set no limit to retransmissions, and leave it to ICE to say that a path is dead.
 *  - No chance: what is lost, late, doubled or reordered is decided between `transmit` here and `receive` at the far end.
 *  - `host.transmit` may be called within any call into the association, and never calls back.
 *  - `host.deliver`, `host.drained`, `host.streamReset` and `host.streamResetDone` are called at the end of `receive`, `onTimer`,
 *    `send` or `resetStream`, when the association's own work is done; they may call `send`, `openStream`, `resetStream` and
 *    `end`.
 *  - Payloads are passed by reference and never looked into: who sends copies first, who receives owns what it gets.
 *  - Every queue is bounded by what the caller has been allowed to send (`bufferedBytes`) and by the receiver's window.
 */

/** What a message is, as its payload protocol identifier says on the wire. */
export type MessageKind = "open" | "acknowledge" | "text" | "binary";

/** How the messages of one outgoing stream are to travel. */
export interface StreamReliability {
  readonly ordered: boolean;
  /** Unit: ms. At most one of the two is set; neither means reliable. */
  readonly maxPacketLifeTime: number | null;
  readonly maxRetransmits: number | null;
}

export interface AssociationHost {
  /** Virtual time. Unit: µs. */
  readonly nowUs: number;
  /** Puts one packet on the path; `bytes` is its size on the wire, all headers included. */
  transmit(packet: SctpPacket, bytes: number): void;
  /**
   * Asks for `onTimer` at this time. There is no cancelling: an association asks when it needs an earlier call than the one
   * it has asked for last, and an `onTimer` that is early or needless does no harm.
   */
  wakeAt(timeUs: number): void;
  /** A whole message arrived, in order where the stream is ordered. `bytes`: its length. */
  deliver(streamId: number, kind: MessageKind, payload: unknown, bytes: number): void;
  /** `bufferedBytes(streamId)` is less than it was before the call that is being made. */
  drained(streamId: number): void;
  /** The far end has closed its outgoing stream of that number, and everything it had sent on it was delivered or abandoned. */
  streamReset(streamId: number): void;
  /** The far end has confirmed `resetStream`: the number is as new for what is sent on it from now on. */
  streamResetDone(streamId: number): void;
}

/** One packet on the path: opaque to everybody but the two associations. It is never changed once it is on its way. */
export interface SctpPacket {
  readonly sctp: true;
}
