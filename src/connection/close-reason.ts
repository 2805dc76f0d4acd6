/** Why a connection ended. The first reason wins: what follows from it does not replace it. */
export const CloseReason = {
  /** This side called `close()`. */
  CLOSED_LOCALLY: "closed-locally",
  /** The far side closed the connection, or one of its channels. */
  CLOSED_BY_PEER: "closed-by-peer",
  /** Packets stopped arriving and did not come back. */
  CONNECTION_LOST: "connection-lost",
  /** The two sides found no path to each other. */
  NO_PATH: "no-path",
  /** It did not open in time. */
  CONNECT_TIMEOUT: "connect-timeout",
  /** A description could not be used. */
  BAD_DESCRIPTION: "bad-description",
  /** More reliable data arrived than was read: the bound on unread bytes was reached. */
  INBOUND_OVERFLOW: "inbound-overflow",
  /** What moves its bytes broke its contract: it threw, or told what cannot be. */
  BACKEND_FAULT: "backend-fault",
} as const;
export type CloseReason = (typeof CloseReason)[keyof typeof CloseReason];
