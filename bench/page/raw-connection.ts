/** Two browser connections signalled by plain calls, as fast as that goes: nothing is waited for that need not be. */
export async function connectRaw(a: RTCPeerConnection, b: RTCPeerConnection): Promise<void> {
  a.onicecandidate = ({ candidate }) => void b.addIceCandidate(candidate);
  b.onicecandidate = ({ candidate }) => void a.addIceCandidate(candidate);
  const offer = await a.createOffer();
  // Taken in the order of these calls: candidates, which come later, find the description there.
  const offered = Promise.all([a.setLocalDescription(offer), b.setRemoteDescription(offer)]);
  const answer = await b.createAnswer();
  await Promise.all([offered, b.setLocalDescription(answer), a.setRemoteDescription(answer)]);
}

export function opened(channel: RTCDataChannel): Promise<void> {
  return new Promise((resolve) => {
    if (channel.readyState === "open") resolve();
    else channel.addEventListener("open", () => resolve(), { once: true });
  });
}
