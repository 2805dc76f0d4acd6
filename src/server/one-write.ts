import type { Writable } from "node:stream";

let corked: Writable[] = [];

/**
 * All that this socket is told in the present turn of the event loop and the next one leaves in one write: to the kernel several writes
 * cost several times as much. The next one, for of what has come on a socket one message is heard in each turn.
 */
export function inOneWrite(socket: Writable): void {
  if (socket.writableCorked > 0) return;
  socket.cork();
  if (corked.length === 0) setImmediate(nextTurn);
  corked.push(socket);
}

function nextTurn(): void {
  setImmediate(uncorkAll);
}

function uncorkAll(): void {
  const sockets = corked;
  corked = [];
  for (const socket of sockets) socket.uncork();
}
