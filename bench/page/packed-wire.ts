import type { Arrived, Link, PageWire, WireOptions } from "./link.ts";
import { Packer, unpack } from "./packing.ts";
import { rawChannels } from "./raw-channels.ts";

/** What one `send` holds at most. */
const CHUNK_BYTES = 16_384;
/** A pair of `RTCDataChannel`s on which messages travel together, as one would do it by hand. Arrivals are read as they come. */
export async function packedWire(options: WireOptions): Promise<PageWire> {
  const [{ connections, channels, close }] = await rawChannels([options]);
  return { connections, a: new PackedLink(channels[0]), b: new PackedLink(channels[1]), close };
}

class PackedLink implements Link {
  onPacket: (packet: Arrived) => void = () => {};
  onLow: () => void = () => {};
  readonly #channel: RTCDataChannel;
  readonly #packer: Packer;
  /** The channel's own figure, asked for once a chunk. */
  #inBuffer = 0;

  constructor(channel: RTCDataChannel) {
    this.#channel = channel;
    this.#packer = new Packer(CHUNK_BYTES, (chunk) => {
      channel.send(chunk);
      this.#inBuffer = channel.bufferedAmount;
    });
    channel.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => unpack(data, this.onPacket);
    channel.onbufferedamountlow = () => {
      this.#inBuffer = channel.bufferedAmount;
      this.onLow();
    };
  }

  get buffered(): number {
    return this.#inBuffer + this.#packer.filled;
  }

  get lowThreshold(): number {
    return this.#channel.bufferedAmountLowThreshold;
  }

  set lowThreshold(bytes: number) {
    this.#channel.bufferedAmountLowThreshold = bytes;
  }

  send(bytes: Uint8Array<ArrayBuffer>): void {
    this.#packer.add(bytes);
  }

  flush(): void {
    this.#packer.flush();
  }
}
