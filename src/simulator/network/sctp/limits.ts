/**
 * Figures of the SCTP implementation that browsers ship. "dcSCTP" is libwebrtc's `net/dcsctp`; where Chromium's
 * `media/sctp/dcsctp_transport.cc` sets an option otherwise, its value stands here. Sizes are bytes, times microseconds.
 */

/** The largest SCTP packet: an IPv6 packet of 1,280 less IP, UDP, DTLS and TURN. dcSCTP's default `mtu`. */
export const MTU_BYTES = 1_191;

/** Ports, verification tag, checksum (RFC 9260, 3). */
export const COMMON_HEADER_BYTES = 12;

/** Before the payload of each DATA chunk (RFC 9260, 3.3.1). */
export const DATA_HEADER_BYTES = 16;

/** A SACK chunk without blocks (RFC 9260, 3.3.4). */
export const SACK_BYTES = 16;

/** Each gap block and each reported duplicate of a SACK. */
export const SACK_ENTRY_BYTES = 4;

/** A FORWARD-TSN chunk without streams, and each skipped stream in it (RFC 3758, 3.2). */
export const FORWARD_BYTES = 8;
export const FORWARD_STREAM_BYTES = 4;

/** A RE-CONFIG chunk with one request, its streams of 2 bytes apart, and one with one response (RFC 6525, 3.1, 4.1 and 4.4). */
export const RESET_REQUEST_BYTES = 20;
export const RESET_STREAM_BYTES = 2;
export const RESET_RESPONSE_BYTES = 16;

/** What goes round each packet: IPv4 20, UDP 8, a DTLS 1.3 record with AES-GCM 22. The sum was seen on Chromium 153's wire. */
export const OUTER_BYTES = 50;

/** dcSCTP `rto_initial`. */
export const INITIAL_TIMEOUT_US = 500_000;

/** dcSCTP `rto_min`. */
export const MIN_TIMEOUT_US = 400_000;

/** dcSCTP `rto_max`. Requests to close a stream, whose doubling dcSCTP does not stop, stop there too. */
export const MAX_TIMEOUT_US = 60_000_000;

/** Measured round trips above this are disbelieved. dcSCTP `rtt_max`. */
export const MAX_ROUND_TRIP_US = 60_000_000;

/** Least allowance for variance in the timeout: a late acknowledgement of usrsctp and a tenth. dcSCTP `min_rtt_variance`. */
export const MIN_VARIANCE_US = 220_000;

/** Most that the retransmission timer grows to by doubling. Chromium's `kMaxTimerBackoffDuration`. */
export const MAX_BACKOFF_US = 3_000_000;

/** How long an acknowledgement may wait for data to travel with. dcSCTP `delayed_ack_max_timeout`. */
export const ACK_DELAY_US = 200_000;

/** dcSCTP `cwnd_mtus_initial`. */
export const INITIAL_WINDOW_BYTES = 10 * MTU_BYTES;

/** The congestion window after a loss is at least this. dcSCTP `cwnd_mtus_min`. */
export const MIN_WINDOW_BYTES = 4 * MTU_BYTES;

/** With a window of this or more, no packet is cut small only to fill the window. dcSCTP `avoid_fragmentation_cwnd_mtus`. */
export const FULL_PACKETS_WINDOW_BYTES = 6 * MTU_BYTES;

/** With a window below this, every chunk asks to be acknowledged at once. dcSCTP `immediate_sack_under_cwnd_mtus`. */
export const HASTY_ACK_WINDOW_BYTES = 10 * MTU_BYTES;

/** How much room the window must have for that: nine tenths of an MTU, in dcSCTP's `RetransmissionQueue`. */
export const FULL_PACKET_BYTES = 1_071;

/** Packets sent on one occasion. dcSCTP `max_burst`. */
export const MAX_BURST_PACKETS = 4;

/** Reports that a chunk is missing, until it is sent again. dcSCTP's `OutstandingData`, RFC 9260, 7.2.4. */
export const MISSING_REPORTS = 3;

/** What a receiver holds of messages that are incomplete or early. dcSCTP `max_receiver_window_buffer_size`. */
export const RECEIVE_WINDOW_BYTES = 5 * 1_024 * 1_024;

/** Above this, only the chunk that comes next is taken. `kHighWatermarkLimit` of dcSCTP's `ReassemblyQueue`: nine tenths. */
export const RECEIVE_WATERMARK_BYTES = 4_718_592;

/** Gap blocks, and duplicates, that one SACK reports. dcSCTP's `DataTracker`. */
export const MAX_SACK_ENTRIES = 20;

/** Chunks further ahead than this are refused. dcSCTP's `DataTracker`, `kMaxAcceptedOutstandingFragments`. */
export const MAX_CHUNKS_AHEAD = 100_000;

/** Most that a forward notice waits after the one before; a round trip if that is less. dcSCTP's `TransmissionControlBlock`. */
export const FORWARD_PAUSE_US = 200_000;

/** A message lives through the whole last millisecond of its life. dcSCTP's `RRSendQueue::Add`. */
export const LIFETIME_MARGIN_US = 1_000;
