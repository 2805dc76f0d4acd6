import type { Signal, Signaller, SignallerEvent } from "tickmesh/signalling";

interface Said {
  readonly from: number;
  readonly to: number;
  readonly signal: Signal;
}

/**
 * Introduces the players of one room, who may be in pages of their own, when all are there; and is silent when they are connected, so that
 * nothing but the mesh is measured. Ids are places from 1 on.
 */
export class RoomSignaller implements Signaller {
  readonly localId: number;
  readonly iceServers = [];
  wake: (() => void) | null = null;
  readonly #room: BroadcastChannel;
  readonly #size: number;
  readonly #events: SignallerEvent[] = [];

  constructor(room: string, localId: number, size: number) {
    this.localId = localId;
    this.#size = size;
    this.#room = new BroadcastChannel(room);
    this.#room.onmessage = ({ data: { from, to, signal } }: MessageEvent<Said>) => {
      if (to === localId) this.#tell({ kind: "signal", from, signal });
    };
  }

  /** Everybody listens. */
  begin(): void {
    for (let peerId = 1; peerId <= this.#size; peerId++) {
      if (peerId !== this.localId) this.#tell({ kind: "introduced", peerId });
    }
  }

  send(to: number, signal: Signal): void {
    this.#room.postMessage({ from: this.localId, to, signal } satisfies Said);
  }

  receive(): SignallerEvent | undefined {
    return this.#events.shift();
  }

  close(): void {
    this.#room.close();
  }

  #tell(event: SignallerEvent): void {
    this.#events.push(event);
    this.wake?.();
  }
}
