import type { Arrived, Link, PageWire, WireOptions } from "./link.ts";
import { rawChannels } from "./raw-channels.ts";

/** A pair of `RTCDataChannel`s with nothing between them and the benchmark. */
export async function rawWire(options: WireOptions): Promise<PageWire> {
  const [{ connections, channels, close }] = await rawChannels([options]);
  const link = (channel: RTCDataChannel): Link =>
    options.polling === "wake" ? new RawLink(channel) : new RawFrameLink(channel);
  return { connections, a: link(channels[0]), b: link(channels[1]), close };
}

class RawLink implements Link {
  onPacket: (packet: Arrived) => void = () => {};
  onLow: () => void = () => {};
  protected readonly channel: RTCDataChannel;

  constructor(channel: RTCDataChannel) {
    this.channel = channel;
    channel.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => this.onPacket(data);
    channel.onbufferedamountlow = () => this.onLow();
  }

  get buffered(): number {
    return this.channel.bufferedAmount;
  }

  get lowThreshold(): number {
    return this.channel.bufferedAmountLowThreshold;
  }

  set lowThreshold(bytes: number) {
    this.channel.bufferedAmountLowThreshold = bytes;
  }

  send(bytes: Uint8Array<ArrayBuffer>): void {
    this.channel.send(bytes);
  }
}

/** What a game without a library would do to read once a frame. */
class RawFrameLink extends RawLink {
  constructor(channel: RTCDataChannel) {
    super(channel);
    const arrived: ArrayBuffer[] = [];
    channel.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => arrived.push(data);
    const frame = (): void => {
      for (const data of arrived.splice(0)) this.onPacket(data);
      if (channel.readyState === "open") requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }
}
