import { clearInterval, clearTimeout, setInterval, setTimeout } from "node:timers";
import type { DataChannel, PeerConnection } from "node-datachannel";
import { CLOSE_DEADLINE_MS } from "../../seam/connection-backend.ts";
import { isByLibdatachannel } from "./handshake.ts";
import { connectionEnded } from "./leftovers.ts";
import { LINGER_MS, LOOK_PERIOD_MS } from "./limits.ts";

/**
 * Closes a connection whose channels were just closed, so that what was sent on them arrives. Closing it at once would drop what
 * SCTP still holds, and nothing below tells when that has been acknowledged. But a far side confirms the closing of a stream only
 * once it has everything: so each stream gets a stand-in, which sees that.
 *
 * A browser confirms by closing its own end of the stream, and so the stand-in. libdatachannel confirms to SCTP alone, which takes
 * nothing for the stream until then: so a last byte is put on it, where nobody listens any more, and is gone when all before it has
 * arrived. (Not to a browser: Firefox has been seen to hear it.) Arrived is not read: once libdatachannel hears that the connection has
 * ended, it leaves in SCTP what it has not taken out of it yet. So it is given a moment.
 *
 * `streams`: those that were closed here. `sentBytes`: the payload put on all channels, ever.
 */
export function closeAfterDelivery(native: PeerConnection, streams: Iterable<number>, sentBytes: number): void {
  const standIns: DataChannel[] = [];
  const isConnected = (): boolean => native.state() === "connected";
  const needsBytes = isConnected() && isByLibdatachannel(native.remoteDescription()?.sdp ?? "");
  if (isConnected()) {
    for (const id of streams) {
      const channel = native.createDataChannel("", { negotiated: true, id });
      channel.onClosed(tellNobody);
      standIns.push(channel);
      if (needsBytes) sendLastByte(channel);
    }
  }
  const isConfirmed = (): boolean =>
    needsBytes ? native.bytesSent() >= sentBytes + standIns.length : standIns.every((channel) => !channel.isOpen());
  const finish = (): void => {
    clearInterval(pulse);
    clearTimeout(deadline);
    for (const channel of standIns) channel.close();
    native.close();
    connectionEnded();
  };
  let lingersForMs = needsBytes && standIns.length > 0 ? LINGER_MS : 0;
  const look = (): void => {
    if (!isConnected()) finish();
    else if (!isConfirmed()) return;
    else if (lingersForMs <= 0) finish();
    else lingersForMs -= LOOK_PERIOD_MS;
  };
  const deadline = setTimeout(finish, CLOSE_DEADLINE_MS);
  const pulse = setInterval(look, LOOK_PERIOD_MS);
  look();
}

/**
 * The binding frees what it is asked to tell the closing of. One that has closed just before is never told, and goes with the garbage:
 * unless what it would tell leads to it, as a function made beside it does.
 */
function tellNobody(): void {}

function sendLastByte(channel: DataChannel): void {
  try {
    channel.sendMessageBinary(Uint8Array.of(0));
  } catch {
    // It has ended below in the meantime, which the first look will find.
  }
}
