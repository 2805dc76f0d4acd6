/**
 * Every bound of a session, with its unit and its reason. Those in `SessionLimits` can be set; the others are part of the wire
 * format, or of nobody's concern.
 */

/** Version of the wire format (docs/wire-format.md). Peers of another version are refused. */
export const PROTOCOL_VERSION = 1;

/**
 * Frames are numbered in 14 bits, so that number and acknowledgement fit into the first four bytes with the kind. An older and a
 * newer number can be told apart over half of that.
 */
export const FRAME_NUMBERS = 0x4000;

/**
 * Reliable frames that may be sent and not acknowledged: a quarter of the numbers. At a frame a tick of 60 Hz that is over a minute;
 * a sender that reaches it packs more into each frame instead.
 */
export const MAX_UNACKNOWLEDGED_FRAMES = FRAME_NUMBERS / 4;

/**
 * Reliable bytes that may be sent and not acknowledged: a quarter of what a connection holds unread, so that whoever stands still is never
 * sent more than that. At 100 ms and a tick it allows 35 MB/s. Unit: bytes.
 */
export const MAX_UNACKNOWLEDGED_BYTES = 4 * 1_048_576;

/**
 * What of it a link is given until its round trips tell how much it takes: what SCTP itself begins with, and half a second at 250 kbit/s.
 * Never less than the second: a packet now and then keeps an ear on the way. Unit: bytes.
 */
export const FIRST_WINDOW_BYTES = 16_384;
export const LEAST_WINDOW_BYTES = 4_096;

/** A window is not made less than this for what gets lost: SCTP's own is cut by that already. Unit: bytes. */
export const LEAST_WINDOW_UNDER_LOSS_BYTES = 32_768;

/**
 * Frames that are not acknowledged lie in a ring of bytes, which grows with need; one that is empty and larger than this is given back.
 * Unit: bytes.
 */
export const KEPT_RING_BYTES = 262_144;

/** Ids of peers that were here before, so that they are known if they come back. The oldest are forgotten. */
export const MAX_REMEMBERED_PEERS = 1_024;

/** Bytes before a frame's entries. */
export const FRAME_HEADER_BYTES = 4;

/**
 * Longest reliable frame. SCTP stacks without interleaving split at 16 KiB, and a larger one keeps an urgent message waiting
 * for longer. Unit: bytes.
 */
export const RELIABLE_FRAME_BYTES = 16_384;

/** Larger reliable messages travel in parts, so that what is urgent comes between. Unit: bytes of an entry. */
export const WHOLE_MESSAGE_BYTES = 4_096;

/** The bytes of a frame that a part is not worth being smaller than. */
export const MIN_PART_BYTES = 64;

/** The smallest and the largest datagram that a session may be told to send. 1,160 B is what Chromium sends as one UDP packet. */
export const MIN_DATAGRAM_BYTES = 256;
export const MAX_DATAGRAM_BYTES = 16_384;

/** Parts of one unreliable message: with each, the chance that one is lost grows. */
export const MAX_UNRELIABLE_PARTS = 4;

/** Unreliable messages that may be incomplete at once, and for how long: what is late by more is of no use. Unit: ms. */
export const MAX_OPEN_PART_SETS = 8;
export const PART_SET_LIFETIME_MS = 1_000;

/**
 * Parts of one message are in frames less than this apart. Numbers of sets come round after 256 sets, which are 512 frames at least. Unit:
 * frames.
 */
export const PART_SET_FRAMES = 256;

/** Types of entries below it are the session's own; above, the game's messages and calls in the order of the table. */
export const FIRST_MESSAGE_TYPE = 16;

/** Names in a message table. Types up to 127 take one byte. */
export const MAX_MESSAGES = 1_000;

/** Lanes of a table. */
export const MAX_LANES = 16;

/** Length of a message's, a lane's or the game's name, and of its version. Unit: UTF-16 units. */
export const MAX_NAME_LENGTH = 64;

/** Reasons in words that travel: a goodbye's, a refusal's, a failed call's. Unit: UTF-16 units; longer ones are cut. */
export const MAX_WORDS_LENGTH = 256;

/** What a handshake may carry for the game's own check: a token and a name. Unit: bytes of msgpack. */
export const MAX_HELLO_BYTES = 4_096;

/** How often a peer's silence is broken: four times before it counts as unstable. Unit: ms. */
export const HEARTBEAT_MS = 250;

/** A game that has flushed so lately will do so after this poll: what is the session's own travels with its messages. Unit: ms. */
export const FLUSH_FOLLOWS_MS = 60;

/** How often the round trip is measured. Unit: ms. */
export const PING_INTERVAL_MS = 500;

/** The first ones come sooner, so that the session clock is right soon. Unit: ms. */
export const FIRST_PINGS = 4;
export const FIRST_PING_INTERVAL_MS = 100;

/**
 * While more waits than a link is given, so often, by which it is known how much it takes; and until that is known for the first time.
 * Unit: ms.
 */
export const BUSY_PING_INTERVAL_MS = 100;
export const SEEKING_PING_INTERVAL_MS = 20;

/** Pings whose answer is still awaited: more than a peer that is not gone can owe. */
export const MAX_OPEN_PINGS = 32;

/** Reliable frames, or bytes, after which an acknowledgement does not wait for something to travel with. */
export const ACKNOWLEDGE_AFTER_FRAMES = 16;
export const ACKNOWLEDGE_AFTER_BYTES = 65_536;

/** How much of the session's work one poll does for one peer, so that a flood cannot stop the game: the rest waits for the next. */
export const MAX_MESSAGES_PER_POLL = 65_536;
export const MAX_BYTES_PER_POLL = 8 * 1_048_576;

/**
 * Faults of one peer that are forgiven: broken, unknown, forbidden or invalid messages, one a second in the long run. Of an honest peer
 * there are none, but for those that its own validator lets pass and ours does not.
 */
export const FORGIVEN_FAULTS = 8;
export const FAULTS_FORGIVEN_PER_SECOND = 1;

/**
 * So long a peer may send what only the host may, before it counts as a fault: two honest sides learn of a new host at different times, the
 * later one perhaps when its line to the lobby is back. Unit: ms.
 */
export const HOST_DISPUTE_MS = 10_000;

/** Calls of ours that one peer has not answered, and of one peer's that we have not. */
export const MAX_OPEN_CALLS = 1_024;

/** How long a call waits for its answer, unless it says otherwise. Unit: ms. */
export const CALL_TIMEOUT_MS = 5_000;

/** Members that a hub may name: more than a lobby has. */
export const MAX_ROSTER = 1_024;

/** The longest frame of either channel: what a route has to carry. Unit: bytes. */
export const MAX_FRAME_BYTES = 16_384;

/** Frames that came by a route and were not read, and their bytes: twice as many as a sender may have unacknowledged. */
export const MAX_ROUTED_FRAMES = 2 * MAX_UNACKNOWLEDGED_FRAMES;
export const MAX_ROUTED_BYTES = 2 * MAX_UNACKNOWLEDGED_BYTES;

/**
 * What may lie in a hub's channel to a receiver when somebody else's frame is added. One sender alone has half of it: if it is reliable,
 * what a sender that keeps round trips short has on its way at 80 Mbit/s; else what leaves within a tick or two. Unit: bytes.
 */
export const FORWARD_BYTES = 2 * 1_048_576;
export const FORWARD_UNRELIABLE_BYTES = 131_072;
/** It is no more than the line to the receiver lately sent in so long, or else this. Unit: ms; bytes. */
export const FORWARD_MS = 500;
export const FORWARD_LEAST_BYTES = 65_536;

/** Who has more than this to read yet is told nothing more of routes and of whom a hub reaches. Unit: bytes. */
export const MAX_UNTOLD_BYTES = 8 * 1_048_576;

/** Words on routes that a hub forwards from one peer to one other; more than both ends of a route have to say. */
export const ROUTE_WORDS_PER_SECOND = 16;
export const ROUTE_WORDS_BURST_MS = 4_000;

/** Routes by which one peer may be met: each costs a handshake. One is begun after another, for a reason, each `ROUTE_PAUSE_MS` at most. */
export const ROUTES_PER_SECOND = 4;
export const ROUTES_BURST_MS = 2_000;

/**
 * Routes that are begun through one hub, by either end: at once, one with everybody whom it may name, from both ends; in the long run as
 * many as are tried in vain where a few dozen peers have just crashed. Each costs some words, and memory for a moment.
 */
export const HUB_ROUTES_PER_SECOND = 256;
export const HUB_ROUTES_BURST_MS = 8_000;

/** Sessions of one peer that are not met again: more than it can have with all hubs at once. */
export const MAX_DISMISSED_EPOCHS = 32;

/** So long the other end of a route may take to answer; then the next hub is tried. Unit: ms. */
export const ROUTE_PATIENCE_MS = 1_000;

/** After a route was ended by its hub or its other end, so long until the next. Unit: ms. */
export const ROUTE_PAUSE_MS = 250;

/** What can be set, for the whole session. */
export interface SessionLimits {
  /** Longest unreliable frame: what travels as one UDP packet on nearly every path. Unit: bytes, 256 to 16,384. Default 1,100. */
  readonly datagramBytes: number;
  /**
   * Reliable bytes given to the browser and not yet sent, of bulk lanes a quarter as many: what is urgent waits behind these. It is
   * filled again when a quarter is left. Unit: bytes. Default 65,536.
   */
  readonly sendBufferBytes: number;
  /** Longest reliable message, unless its definition says otherwise. Unit: bytes. Default 8 MiB. */
  readonly messageBytes: number;
  /**
   * Reliable bytes that wait for one peer. One that does not keep up is dropped past it, with the reason `too-slow`; so it must
   * hold the messages that are sent to a peer that stands still until it counts as gone. Unit: bytes. Default 64 MiB.
   */
  readonly queuedReliableBytes: number;
  /** Unreliable bytes that wait for one peer; past it the oldest are shed. Unit: bytes. Default 65,536. */
  readonly queuedUnreliableBytes: number;
  /** Bytes of bulk lanes that a peer allows us unread: its credit, which each side tells the other. Unit: bytes. Default 1 MiB. */
  readonly bulkCreditBytes: number;
  /**
   * Messages a second that a peer may send us, in the long run; at once, those of `goneAfterMs` and two seconds, as so
   * long a silence may have held them back. Default 100,000.
   */
  readonly messagesPerSecond: number;
  /** From the last byte heard to `peerUnstable`. Unit: ms. Default 1,000. */
  readonly unstableAfterMs: number;
  /**
   * From the last byte heard to the wish that its connection be replaced, where there is somebody to do that: it is done once the peer is
   * known to be reachable. Unit: ms. Default 2,000.
   */
  readonly replaceAfterMs: number;
  /** From the last byte heard to the end. Unit: ms. Default 8,000. */
  readonly goneAfterMs: number;
  /** How long the other side may take to say hello and to accept ours. Unit: ms. Default 5,000. */
  readonly handshakeMs: number;
}

export const DEFAULT_LIMITS: SessionLimits = {
  datagramBytes: 1_100,
  sendBufferBytes: 65_536,
  messageBytes: 8 * 1_048_576,
  queuedReliableBytes: 64 * 1_048_576,
  queuedUnreliableBytes: 65_536,
  bulkCreditBytes: 1_048_576,
  messagesPerSecond: 100_000,
  unstableAfterMs: 1_000,
  replaceAfterMs: 2_000,
  goneAfterMs: 8_000,
  handshakeMs: 5_000,
};
