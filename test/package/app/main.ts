import { TransferMode, WebRTCMultiplayerPeer } from "tickmesh";
import { createLoop } from "tickmesh/driver";
import { createSession, defineMessages, layout, message, u32 } from "tickmesh/session";
import { connectMesh, InMemorySignalling } from "tickmesh/signalling";

const messages = defineMessages({
  ticked: message({ payload: layout({ number: u32() }), mode: TransferMode.UNRELIABLE_ORDERED }),
  greeting: message<{ text: string }>(),
});
const signalling = new InMemorySignalling();

/** A player: a mesh peer, introduced by the page itself, and a session on it. */
function join(id: number) {
  const peer = new WebRTCMultiplayerPeer();
  peer.createMesh(id);
  connectMesh(peer, signalling.join(id));
  return createSession({ peer, game: "fresh app", version: "1", messages });
}

const [a, b] = [join(1), join(2)];
a.on("peerJoined", (id) => a.send("greeting", { text: "hello" }, { to: id }));
b.onMessage("greeting", ({ text }) => {
  greeting = text;
});
b.onMessage("ticked", () => {
  arrived += 1;
});

/** What to do once so many more numbers have arrived. */
const steps: (() => void)[] = [hide, () => finish(document.hidden && beats > 0)];
let [arrived, frames, beats] = [0, 0, 0];
let greeting = "";

/** A driven browser never hides its page, so the page says that it is. */
function hide(): void {
  Object.defineProperty(document, "hidden", { value: true });
  document.dispatchEvent(new Event("visibilitychange"));
}

function finish(isHidden: boolean): void {
  loop.stop();
  document.title = `ticked ${isHidden ? "on while hidden" : "in sight only"}, drew ${frames > 0}, said ${greeting}`;
}

function tick(number: number): void {
  a.send("ticked", { number });
  if (arrived < 30) return;
  arrived = 0;
  steps.shift()?.();
}

const loop = createLoop({
  ticksPerSecond: 60,
  poll: [a, b],
  tick,
  render: () => {
    frames += 1;
  },
  worker: () => {
    const worker = new Worker(new URL("tickmesh/driver-worker", import.meta.url), { type: "module" });
    worker.addEventListener("message", () => {
      beats += 1;
    });
    return worker;
  },
});
loop.start();
