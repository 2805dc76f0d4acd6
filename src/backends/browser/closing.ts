import { CLOSE_DEADLINE_MS } from "../../seam/connection-backend.ts";

/**
 * Closes a connection so that what was sent before arrives. Closing an `RTCPeerConnection` drops what its channels still hold;
 * closing a channel does not. So the channels go first, and the connection, by `end`, when the last of them has closed, or has had
 * its time.
 */
export function closeGracefully(
  connection: RTCPeerConnection,
  channels: Iterable<{ readonly facts: RTCDataChannel }>,
  end: () => void,
): void {
  const open = new Set<RTCDataChannel>();
  const finish = (): void => {
    clearTimeout(deadline);
    connection.onconnectionstatechange = null;
    for (const channel of open) channel.onclose = null;
    end();
  };
  const finishIfDone = (): void => {
    if (open.size === 0 || connection.connectionState === "failed") finish();
  };
  const deadline = setTimeout(finish, CLOSE_DEADLINE_MS);
  connection.onconnectionstatechange = finishIfDone;
  for (const { facts: channel } of channels) {
    if (channel.readyState !== "open" && channel.readyState !== "closing") continue;
    open.add(channel);
    channel.onclose = () => {
      open.delete(channel);
      finishIfDone();
    };
    channel.close();
  }
  finishIfDone();
}
