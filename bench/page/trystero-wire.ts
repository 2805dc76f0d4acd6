import type { Arrived, Link, PageWire } from "./link.ts";
import type { TrysteroPeer } from "./trystero-room.ts";

/** Two of trystero's peers, each in a frame of this page, on its one main thread: `send` and `onMessage`. */
export async function trysteroWire(): Promise<PageWire> {
  const frames = await Promise.all([openFrame(), openFrame()]);
  const name = `trystero-${Math.random()}`;
  const join = (frame: HTMLIFrameElement): Promise<TrysteroPeer> =>
    (frame.contentWindow as Window).bench.trysteroRoom(name);
  const [a, b] = await Promise.all([join(frames[0]), join(frames[1])]);
  return {
    connections: [a.connection, b.connection],
    a: new TrysteroLink(a),
    b: new TrysteroLink(b),
    close: () => {
      void Promise.all([a.leave(), b.leave()]).then(() => {
        for (const frame of frames) frame.remove();
      });
    },
  };
}

async function openFrame(): Promise<HTMLIFrameElement> {
  const frame = document.createElement("iframe");
  frame.src = location.href;
  const loaded = new Promise((resolve) => frame.addEventListener("load", resolve));
  document.body.append(frame);
  await loaded;
  return frame;
}

class TrysteroLink implements Link {
  onPacket: (packet: Arrived) => void = () => {};
  onLow: () => void = () => {};
  lowThreshold = 0;
  readonly #peer: TrysteroPeer;
  #buffered = 0;

  constructor(peer: TrysteroPeer) {
    this.#peer = peer;
    peer.onMessage = (data) => this.onPacket(data);
  }

  /** What it has not yet reported to be sent: it waits for the channel's buffer to drain. */
  get buffered(): number {
    return this.#buffered;
  }

  send(bytes: Uint8Array<ArrayBuffer>): void {
    this.#buffered += bytes.length;
    void this.#peer.send(bytes).then(() => {
      const wasAbove = this.#buffered > this.lowThreshold;
      this.#buffered -= bytes.length;
      if (wasAbove && this.#buffered <= this.lowThreshold) this.onLow();
    });
  }
}
