/**
 * The contract between a relayed connection and what carries its packets: somebody whom both sides reach already, such as the lobby
 * server. A pipe knows peers by their ids and moves packets between them; it knows nothing of channels, nor of WebRTC.
 *
 * A line is one conversation with one peer. Both sides name it alike, and it is up once both have opened it: so packets of one
 * attempt to connect never reach another. Everything that makes a connection of it (channels, kinds, flow control, saying
 * goodbye) is said inside the packets.
 *
 * Duties. Who implements a pipe owes:
 *
 *  R1  `open` returns at once and never throws. It does whatever is needed to carry packets (opening a socket, at first need),
 *      behind the call. Nothing is done before the first `open`, and what was opened for lines alone is given up some time
 *      after the last has ended.
 *  R2  `onOpen` is told once, on both sides, when both have opened a line of that name to each other; no packet is told
 *      before. How long that takes depends on the far side, which may never do so: who opens a line gives it up, by
 *      `close`, when it has waited enough.
 *  R3  Packets arrive whole, in the order they were sent, each at most once, and all of them as long as the line is up. Who sent
 *      one is found out by the pipe itself (by the server, from the socket that it came by); never from what it says.
 *  R4  `send` takes the bytes before it returns: the caller may reuse them. It never throws and promises nothing: before
 *      `onOpen`, after `onDown` and after `close` it does nothing. A packet has `MAX_RELAY_PACKET_BYTES` at most; a longer one
 *      is the caller's fault, and takes the line down.
 *  R5  `onPacket` is given bytes that nobody else holds or changes later.
 *  R6  A pipe slows down rather than drop: what it cannot pass on yet waits, and `bufferedBytes` says how much waits on this side.
 *      `onDrain` is told when that has fallen to nothing after there was some. A connection keeps no more than
 *      `RELAY_WINDOW_BYTES` under way to a peer, and waits for that peer's word before it sends more: a pipe may rely on it,
 *      and take down the line of who sends more. (Over it come some bytes for each packet, and packets without which the
 *      connection could not say so: a twentieth in all.)
 *  R7  `onDown` is told once, as a line's last event, when it cannot be relied on any more: the far side closed or lost it, the
 *      socket broke, the far peer left, the server refuses (words for people say why). Packets that were under way
 *      may be lost then, and no line is ever mended: whoever wants another opens one, and may give it the same name; it is up once both
 *      have done so. If one side is told, the other is, too, as soon as it can be reached.
 *  R8  `close` gives up a line: packets sent before it still arrive, then the far side is told `onDown`. Nothing is told to
 *      this side from the call on. Calling it again does nothing.
 *  R9  Nothing is told from inside a call of `open`, `send` or `close`.
 *  R10 The lines of a pair, and those of different pairs, do not hold each other up for long: each is given its turn.
 */

/** Longest packet that a line carries, headers of the connection included; those of the pipe come on top. Unit: bytes. */
export const MAX_RELAY_PACKET_BYTES = 65_536;

/** What one side of a connection may have under way to the other that the other has not acknowledged. Unit: bytes. */
export const RELAY_WINDOW_BYTES = 65_536;

/** A line's name is of 1 to this many characters out of `0-9a-z`. */
export const MAX_RELAY_NAME_LENGTH = 64;

/** Lines that one pair of peers may have open at a time: one attempt, and the one before, which is still closing. */
export const MAX_RELAY_LINES_PER_PAIR = 4;

/** What is told of a line. Called at any time; implementations may send and close from inside these calls. */
export interface RelayObserver {
  /** Both sides are there (R2). */
  onOpen(): void;
  onPacket(bytes: Uint8Array<ArrayBuffer>): void;
  /** Nothing waits on this side any more (R6). */
  onDrain(): void;
  /** It is over (R7). `reason`: words for people. */
  onDown(reason: string): void;
}

export interface RelayLine {
  send(bytes: Uint8Array): void;
  /** What waits on this side, in bytes. */
  readonly bufferedBytes: number;
  close(): void;
}

export interface RelayPipe {
  /** `name`: what both sides call this line; whoever knows it and is that peer is the far side. */
  open(peerId: number, name: string, observer: RelayObserver): RelayLine;
}
