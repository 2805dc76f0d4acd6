import { fork } from "node:child_process";
import { once } from "node:events";

/** PeerJS' own server, on this machine, in a process of its own. */
export async function withPeerServer<Answer>(work: (port: number) => Promise<Answer>): Promise<Answer> {
  const server = fork(new URL("peer-server-process.ts", import.meta.url));
  try {
    const [port] = await once(server, "message");
    return await work(port as number);
  } finally {
    server.kill();
  }
}
