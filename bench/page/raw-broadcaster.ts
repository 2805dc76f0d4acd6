import type { Broadcaster } from "./broadcaster.ts";
import { channelInit } from "./channel-init.ts";
import { Packer, unpack } from "./packing.ts";
import { opened } from "./raw-connection.ts";
import { RoomSignalling } from "./room-signalling.ts";

/** What travels as one datagram. */
const DATAGRAM_BYTES = 1_100;

/** One browser's connection to each of the others; one `send` a message and player, or, packed, one a tick and player. */
export class RawBroadcaster implements Broadcaster {
  onMessage: () => void = () => {};
  readonly connected: Promise<void>;
  readonly #signalling: RoomSignalling;
  readonly #channels: RTCDataChannel[] = [];
  readonly #packed: Packer | null;

  constructor(mesh: string, index: number, size: number, isPacked: boolean) {
    this.#packed = isPacked ? new Packer(DATAGRAM_BYTES, (chunk) => this.#sendToAll(chunk)) : null;
    this.#signalling = new RoomSignalling(mesh, index, size);
    const open = this.#signalling.connections.map((connection) => {
      const init = { negotiated: true, id: 1, ...channelInit({ reliable: false, polling: "wake" }) };
      const channel = connection.createDataChannel("bench", init);
      channel.binaryType = "arraybuffer";
      channel.onmessage = isPacked
        ? ({ data }: MessageEvent<ArrayBuffer>) => unpack(data, () => this.onMessage())
        : () => this.onMessage();
      this.#channels.push(channel);
      return opened(channel);
    });
    this.connected = Promise.all(open).then(() => {});
  }

  begin(): void {
    this.#signalling.begin();
  }

  broadcast(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.#packed === null) this.#sendToAll(bytes);
    else this.#packed.add(bytes);
  }

  flush(): void {
    this.#packed?.flush();
  }

  close(): void {
    this.#signalling.close();
  }

  #sendToAll(bytes: Uint8Array<ArrayBuffer>): void {
    for (const channel of this.#channels) channel.send(bytes);
  }
}
