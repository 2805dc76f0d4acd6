import { sessionPair } from "./session-pair.ts";
import { settle } from "./settle.ts";

/** How long the one frame is in which so many messages of so many bytes travel together. Unit: bytes. */
export async function sessionFrameBytes(
  name: "reliable" | "unreliable",
  messages: number,
  messageBytes: number,
): Promise<number> {
  const { players, close } = await sessionPair();
  const [from, to] = [players[0].session, players[1].session];
  const message = new Uint8Array(messageBytes);
  const length = await new Promise<number>((resolve) => {
    let latest = 0;
    let heard = 0;
    to.tap = (_from, _isReliable, frame) => {
      latest = frame.length;
    };
    to.onMessage(name, () => {
      heard += 1;
      if (heard === messages) resolve(latest);
    });
    for (let sent = 0; sent < messages; sent++) from.send(name, message);
    from.flush();
  });
  close();
  await settle();
  return length;
}
