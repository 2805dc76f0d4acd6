/** What simple-peer says, and what it takes. */
export interface SimplePeerSignal {
  readonly type?: string;
  readonly sdp?: string;
  readonly candidate?: RTCIceCandidateInit;
}

/** What is used of a simple-peer: the same in `simple-peer` 9 and in `@thaunknown/simple-peer` 10. */
export interface SimplePeer {
  /** Absent if it could make none. */
  readonly _pc?: RTCPeerConnection | null;
  /** Runs for seconds after the first candidate, and beyond its end. */
  readonly _iceCompleteTimer?: ReturnType<typeof setTimeout> | null;
  /** Whether it makes the offer. Looked at when it negotiates, not before. */
  initiator: boolean;
  /** Makes an offer, applies it, and says it. */
  negotiate(): void;
  /** Takes a description of the far side; an offer it answers, applies its answer, and says it. */
  signal(signal: SimplePeerSignal): void;
  /** Closes the connection, in a later task. */
  destroy(): void;
  on(event: "signal", listener: (signal: SimplePeerSignal) => void): unknown;
  /** It has given up, and closed the connection. `close` follows, or comes alone; in version 10 not always. */
  on(event: "error", listener: (error: unknown) => void): unknown;
  on(event: "close", listener: () => void): unknown;
}

/** Whether something that was constructed is a simple-peer, as far as can be seen. */
export function isSimplePeer(made: object): made is SimplePeer {
  return ["negotiate", "signal", "destroy", "on"].every(
    (name) => typeof (made as Readonly<Record<string, unknown>>)[name] === "function",
  );
}
