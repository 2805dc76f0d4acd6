import { everyTask } from "./every-task.ts";
import type { Link } from "./link.ts";

/** How a sender is kept busy. */
export type Way = "on low" | "task loop" | "credit";

export interface Load {
  readonly packet: Uint8Array<ArrayBuffer>;
  /** What may wait to be sent, or be on its way. Unit: bytes. */
  readonly capBytes: number;
}

/** Sends from `a` until the returned function is called. `arrived` must be called for each packet that arrives at the far end. */
export interface Sending {
  readonly arrived: () => void;
  readonly stop: () => void;
}

export const startSending: Record<Way, (a: Link, load: Load) => Sending> = {
  /** Fills the buffer, and fills it again when it is half empty. */
  "on low": (a, { packet, capBytes }) => {
    const fill = (): void => {
      while (a.buffered < capBytes) a.send(packet);
    };
    a.lowThreshold = capBytes / 2;
    a.onLow = fill;
    fill();
    return {
      arrived: () => {},
      stop: () => {
        a.onLow = () => {};
      },
    };
  },

  /** Fills the buffer in one task after the other, giving way to whatever else there is to do between them. */
  "task loop": (a, { packet, capBytes }) => {
    const burst = Math.max(1, Math.ceil(BURST_BYTES / packet.length));
    const stop = everyTask(() => {
      for (let i = 0; i < burst && a.buffered < capBytes; i++) a.send(packet);
    });
    return { arrived: () => {}, stop };
  },

  /** Keeps a number of packets on their way: each that arrives makes room for the next, sent several at a time. */
  credit: (a, { packet, capBytes }) => {
    const total = Math.max(16, Math.floor(capBytes / packet.length));
    const batch = Math.max(1, total >> 3);
    let due = 0;
    let running = true;
    for (let i = 0; i < total; i++) a.send(packet);
    return {
      arrived: () => {
        due += 1;
        if (due < batch || !running) return;
        for (; due > 0; due--) a.send(packet);
      },
      stop: () => {
        running = false;
      },
    };
  },
};

const BURST_BYTES = 2_048;
