import { Child } from "./child.ts";
import type { Look, Question } from "./looked-at.ts";

/** Whose server: ours, a bare Colyseus room, PeerJS' own. */
export type Side = "tickmesh" | "Colyseus" | "PeerJS";

const FILES: Record<Side, URL> = {
  tickmesh: new URL("serve-lobby.ts", import.meta.url),
  Colyseus: new URL("serve-room.ts", import.meta.url),
  PeerJS: new URL("serve-peerjs.ts", import.meta.url),
};

/** A server in a process of its own, that tells what it uses. */
export class Served extends Child {
  port = 0;

  static async start(side: Side, ...args: readonly string[]): Promise<Served> {
    const served = new Served(FILES[side], args);
    served.port = (await served.next()) as number;
    return served;
  }

  look(question: Question = "cpu"): Promise<Look> {
    return this.ask(question) as Promise<Look>;
  }
}
