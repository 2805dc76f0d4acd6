import { WebRTCPeerConnection } from "tickmesh";
import { createLoop } from "tickmesh/driver";

const [a, b] = [new WebRTCPeerConnection(), new WebRTCPeerConnection()];
const negotiated = { negotiated: true, id: 1 } as const;
const [toB, toA] = [a.createDataChannel("game", negotiated), b.createDataChannel("game", negotiated)];
for (const [from, to] of [
  [a, b],
  [b, a],
] as const) {
  from.on("sessionDescriptionCreated", (type, sdp) => {
    from.setLocalDescription(type, sdp);
    to.setRemoteDescription(type, sdp);
  });
  from.on("iceCandidateCreated", (media, index, name) => to.addIceCandidate(media, index, name));
}

/** What to do once so many more numbers have arrived. */
const steps: (() => void)[] = [hide, () => finish(document.hidden && beats > 0)];
let [arrived, frames, beats] = [0, 0, 0];

/** A driven browser never hides its page, so the page says that it is. */
function hide(): void {
  Object.defineProperty(document, "hidden", { value: true });
  document.dispatchEvent(new Event("visibilitychange"));
}

function finish(isHidden: boolean): void {
  loop.stop();
  document.title = `ticked ${isHidden ? "on while hidden" : "in sight only"}, drew ${frames > 0}`;
}

function tick(number: number): void {
  for (; toA !== null && toA.getAvailablePacketCount() > 0; arrived += 1) toA.getVar();
  if (toB?.getReadyState() === 1) toB.putVar({ number });
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
a.createOffer();
loop.start();
