import type { Arrived } from "./link.ts";
import type { PingPair } from "./loaded-ping.ts";
import { rawChannels } from "./raw-channels.ts";

/** What one `send` of the bulk holds: a browser's limit for a message is far below what is to be sent. */
const CHUNK_BYTES = 16_384;

/** The browser's own channels: one for the pings, one for the bulk, whose buffer holds `capBytes` and is filled on the browser's event. */
export async function rawPingPair(capBytes: number): Promise<PingPair> {
  const [pings, bulk] = await rawChannels([
    { reliable: false, polling: "wake" },
    { reliable: true, polling: "wake" },
  ]);
  const pair: PingPair = {
    ping: (bytes) => pings.channels[0].send(bytes),
    onPong: () => {},
    bulk: (bytes, messageBytes) => pour(bulk.channels, capBytes, bytes, messageBytes),
    close: () => pings.close(),
  };
  pings.channels[1].onmessage = ({ data }: MessageEvent<ArrayBuffer>) => pings.channels[1].send(data);
  pings.channels[0].onmessage = ({ data }: MessageEvent<Arrived>) => pair.onPong(data);
  return pair;
}

/** Every message is put together again at the far end, as a game would have to. */
function pour(
  [from, to]: readonly [RTCDataChannel, RTCDataChannel],
  capBytes: number,
  bytes: number,
  messageBytes: number,
): Promise<void> {
  const message = new Uint8Array(messageBytes).fill(7);
  let sent = 0;
  const fill = (): void => {
    while (sent < bytes && from.bufferedAmount < capBytes) {
      const at = sent % messageBytes;
      const length = Math.min(CHUNK_BYTES, messageBytes - at, bytes - sent);
      from.send(message.subarray(at, at + length));
      sent += length;
    }
  };
  from.bufferedAmountLowThreshold = capBytes / 2;
  from.onbufferedamountlow = fill;
  return new Promise((resolve) => {
    let whole = new Uint8Array(messageBytes);
    let arrived = 0;
    to.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
      whole.set(new Uint8Array(data), arrived % messageBytes);
      arrived += data.byteLength;
      if (arrived % messageBytes === 0) whole = new Uint8Array(messageBytes);
      if (arrived === bytes) resolve();
    };
    fill();
  });
}
