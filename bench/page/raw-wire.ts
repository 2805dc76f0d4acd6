import type { Link, Wire, WireOptions } from "./link.ts";
import { connectRaw, opened } from "./raw-connection.ts";

/** A pair of `RTCDataChannel`s with nothing between them and the benchmark. */
export async function rawWire({ reliable, polling }: WireOptions): Promise<Wire> {
  const connections = [new RTCPeerConnection(), new RTCPeerConnection()] as const;
  const reliability = reliable ? {} : { ordered: false, maxRetransmits: 0 };
  const channels = connections.map((connection) =>
    connection.createDataChannel("bench", { negotiated: true, id: 1, ...reliability }),
  ) as [RTCDataChannel, RTCDataChannel];
  await connectRaw(...connections);
  await Promise.all(channels.map(opened));
  const links = channels.map((channel) => (polling === "wake" ? new RawLink(channel) : new RawFrameLink(channel)));
  return {
    a: links[0] as Link,
    b: links[1] as Link,
    close: () => {
      for (const connection of connections) connection.close();
    },
  };
}

class RawLink implements Link {
  onPacket: (byteLength: number) => void = () => {};
  onLow: () => void = () => {};
  protected readonly channel: RTCDataChannel;

  constructor(channel: RTCDataChannel) {
    this.channel = channel;
    channel.binaryType = "arraybuffer";
    channel.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => this.onPacket(data.byteLength);
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
      for (const data of arrived.splice(0)) this.onPacket(data.byteLength);
      if (channel.readyState === "open") requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }
}
