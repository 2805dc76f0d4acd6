import type { Arrived } from "./link.ts";

/** One of trystero's peers, who has one other. */
export interface TrysteroPeer {
  onMessage: (data: Arrived) => void;
  readonly connection: RTCPeerConnection;
  /** Fulfilled when it has been handed to the browser. */
  send(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  leave(): Promise<void>;
}

/**
 * Joins a room in which one other is awaited. Its peers are one a page, or one a frame: call it in a frame of its own. What its
 * relays would carry, a `BroadcastChannel` does.
 */
export async function trysteroRoom(name: string): Promise<TrysteroPeer> {
  const { createTopicStrategy } = await import("@trystero-p2p/core");
  const relay = new BroadcastChannel(name);
  const joinRoom = createTopicStrategy<BroadcastChannel>({
    init: () => relay,
    subscribeTopic: (_, topic, onMessage) => {
      const hear = ({ data }: MessageEvent<{ readonly topic: string; readonly payload: string }>): void => {
        if (data.topic === topic) void onMessage(topic, data.payload);
      };
      relay.addEventListener("message", hear);
      return () => relay.removeEventListener("message", hear);
    },
    publishTopic: (_, topic, payload) => relay.postMessage({ topic, payload }),
  });
  const room = joinRoom({ appId: "bench", rtcConfig: { iceServers: [] } }, name);
  const action = room.makeAction<Uint8Array<ArrayBuffer>>("m");
  const far = await new Promise<string>((resolve) => {
    room.onPeerJoin = resolve;
  });
  const connection = room.getPeers()[far];
  if (connection === undefined) throw new Error("trystero has no connection");
  const peer: TrysteroPeer = {
    onMessage: () => {},
    connection,
    // Bytes that another frame has made are none, for trystero: it would send them as JSON.
    send: (bytes) => action.send(new Uint8Array(bytes)),
    leave: async () => {
      await room.leave();
      relay.close();
    },
  };
  action.onMessage = (data) => peer.onMessage(data);
  return peer;
}
