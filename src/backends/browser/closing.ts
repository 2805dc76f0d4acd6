import { CLOSE_DEADLINE_MS } from "../../seam/connection-backend.ts";

/**
 * Closes a connection so that what was sent before arrives. Closing an `RTCPeerConnection` drops what its channels still hold;
 * closing a channel does not. So the channels go first, and the connection when the last of them has closed, or has had its time.
 */
export function closeGracefully(connection: RTCPeerConnection, channels: readonly RTCDataChannel[]): void {
  let open = 0;
  let deadline: ReturnType<typeof setTimeout> | undefined;
  const finish = (): void => {
    clearTimeout(deadline);
    connection.onconnectionstatechange = null;
    for (const channel of channels) channel.onclose = null;
    connection.close();
  };
  for (const channel of channels) {
    if (channel.readyState !== "open" && channel.readyState !== "closing") continue;
    open += 1;
    channel.onclose = () => {
      open -= 1;
      if (open === 0) finish();
    };
    channel.close();
  }
  if (open === 0) {
    finish();
    return;
  }
  connection.onconnectionstatechange = () => {
    if (connection.connectionState === "failed") finish();
  };
  deadline = setTimeout(finish, CLOSE_DEADLINE_MS);
}
