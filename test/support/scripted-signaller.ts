import type { IceServer } from "../../src/seam/connection-backend.ts";
import type { Signal, Signaller, SignallerEvent } from "../../src/signalling/signaller.ts";

/** A signaller whose group is played by the test: it says what it is told to, and keeps what is sent. */
export class ScriptedSignaller implements Signaller {
  readonly localId: number;
  readonly iceServers: readonly IceServer[];
  wake: (() => void) | null = null;
  isClosed = false;
  readonly sent: { readonly to: number; readonly signal: Signal }[] = [];
  readonly #events: SignallerEvent[] = [];

  constructor(localId: number, iceServers: readonly IceServer[] = []) {
    this.localId = localId;
    this.iceServers = iceServers;
  }

  say(...events: SignallerEvent[]): void {
    this.#events.push(...events);
    this.wake?.();
  }

  introduce(peerId: number): void {
    this.say({ kind: "introduced", peerId });
  }

  /** A signal as it might come from anybody: not checked. */
  hear(from: number, signal: unknown): void {
    this.say({ kind: "signal", from, signal: signal as Signal });
  }

  /**
   * What was sent since the last call, as `"offer 1 + 2"` (with 2 candidates), `"answer 1 + 0"`, `"2 candidates 1"`, `"retry 1"`,
   * `"want 1"`, `"restart 1"`; `"offer 1.2 + 0"` is that of the second restart.
   */
  takeSent(): string[] {
    return this.sent.splice(0).map(({ signal }) => shown(signal));
  }

  send(to: number, signal: Signal): void {
    this.sent.push({ to, signal });
  }

  receive(): SignallerEvent | undefined {
    return this.#events.shift();
  }

  close(): void {
    this.isClosed = true;
  }
}

function shown(signal: Signal): string {
  switch (signal.kind) {
    case "description": {
      const attempt = signal.restart === undefined ? `${signal.attempt}` : `${signal.attempt}.${signal.restart}`;
      return `${signal.type} ${attempt} + ${signal.candidates.length}`;
    }
    case "candidates":
      return `${signal.candidates.length} candidates ${signal.attempt}`;
    case "retry":
    case "want":
    case "restart":
    case "probe":
    case "echo":
      return `${signal.kind} ${signal.attempt}`;
  }
}
