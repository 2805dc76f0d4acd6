/** Calls `work` in one task after the other, giving way to all else between them, until the returned function is called. */
export function everyTask(work: () => void): () => void {
  // In Node a port that is fed by its own listener is served a thousand times before anything else is.
  if (typeof setImmediate === "function") {
    let next = setImmediate(function again() {
      work();
      next = setImmediate(again);
    });
    return () => clearImmediate(next);
  }
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    work();
    port2.postMessage(null);
  };
  port2.postMessage(null);
  return () => port1.close();
}
