import type { Writable } from "node:stream";

let corked: Writable[] = [];

/**
 * All that this socket is told in the present turn of the event loop leaves in one write, at the turn's end: to the kernel several
 * writes cost several times as much.
 */
export function inOneWrite(socket: Writable): void {
  if (socket.writableCorked > 0) return;
  socket.cork();
  if (corked.length === 0) setImmediate(uncorkAll);
  corked.push(socket);
}

function uncorkAll(): void {
  const sockets = corked;
  corked = [];
  for (const socket of sockets) socket.uncork();
}
