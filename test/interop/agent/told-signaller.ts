import type { Signal, Signaller, SignallerEvent } from "tickmesh/signalling";
import type { Tell } from "./mesh-agent.ts";

/** A signaller whose group is the test. */
export class ToldSignaller implements Signaller {
  readonly localId: number;
  readonly iceServers = [];
  readonly events: SignallerEvent[] = [];
  readonly #tell: Tell;
  wake: (() => void) | null = null;

  constructor(localId: number, tell: Tell) {
    this.localId = localId;
    this.#tell = tell;
  }

  send(to: number, signal: Signal): void {
    this.#tell({ kind: "signal", to, signal });
  }

  receive(): SignallerEvent | undefined {
    return this.events.shift();
  }

  close(): void {}
}
