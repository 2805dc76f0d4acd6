import { WebRTCMultiplayerPeer, WebRTCPeerConnection } from "tickmesh";
import { createSession, defineMessages, message } from "tickmesh/session";
import { connectMesh } from "tickmesh/signalling";
import type { MeshAgent, Tell } from "./agent/mesh-agent.ts";
import { ToldSignaller } from "./agent/told-signaller.ts";
import { Member } from "./member.ts";

const TICK_MS = 5;

/**
 * A member of this process that speaks in a session alone: who comes to it is told as connected, who leaves or is refused as
 * disconnected, with the reason.
 */
export async function sessionMember(name: string, handshakeMs: number): Promise<Member> {
  // Its package brings a library for some platforms, not for all: so it is loaded only where it is wanted.
  const { nodeBackend } = await import("../../src/backends/node/index.ts");
  const backend = nodeBackend({ bindAddress: "127.0.0.1" });
  const createConnection = (): WebRTCPeerConnection => new WebRTCPeerConnection({ backend });
  let agent: Pick<MeshAgent, "hear" | "leave">;
  const member: Member = new Member(name, async (method, args) => {
    if (method === "join") agent = joinInSession(args[0] as number, handshakeMs, createConnection, member.tell);
    else if (method === "hear") agent.hear(args[0] as never);
    else if (method === "leave") agent.leave([]);
    else throw new Error(`a session has no ${method}`);
  });
  return member;
}

function joinInSession(
  id: number,
  handshakeMs: number,
  createConnection: () => WebRTCPeerConnection,
  tell: Tell,
): Pick<MeshAgent, "hear" | "leave"> {
  tell({ kind: "joined", id });
  const peer = new WebRTCMultiplayerPeer();
  peer.createMesh(id);
  const signaller = new ToldSignaller(id, tell);
  connectMesh(peer, signaller, { createConnection });
  const session = createSession({
    peer,
    game: "interop",
    version: "1",
    messages: defineMessages({ note: message<string>() }),
    limits: { handshakeMs },
  });
  session.on("peerJoined", (other) => tell({ kind: "connected", id: other }));
  session.on("peerLeft", (other, reason) => tell({ kind: "disconnected", id: other, reason }));
  session.on("peerRefused", (other, { code }) => tell({ kind: "disconnected", id: other, reason: code }));
  const timer = setInterval(() => {
    session.poll();
    session.flush();
  }, TICK_MS);
  return {
    hear: (event) => void signaller.events.push(event),
    leave: () => {
      clearInterval(timer);
      session.close();
    },
  };
}
