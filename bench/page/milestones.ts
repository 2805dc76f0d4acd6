/** When one end of a connection got where. Unit: ms, by the page's clock. */
export interface Milestones {
  made: number;
  /** Both descriptions are set. */
  described: number;
  /** The browser says "connected". */
  connected: number;
  /** The last channel is open. */
  open: number;
}

/** Notes the milestones of a connection that is new: call it before its channels are made. */
export function watch(connection: RTCPeerConnection): Milestones {
  const times: Milestones = { made: performance.now(), described: 0, connected: 0, open: 0 };
  connection.addEventListener("signalingstatechange", () => {
    if (connection.signalingState === "stable") times.described = performance.now();
  });
  connection.addEventListener("connectionstatechange", () => {
    if (connection.connectionState === "connected") times.connected = performance.now();
  });
  const createDataChannel = connection.createDataChannel.bind(connection);
  connection.createDataChannel = (label, options) => {
    const channel = createDataChannel(label, options);
    channel.addEventListener("open", () => {
      times.open = performance.now();
    });
    return channel;
  };
  return times;
}
