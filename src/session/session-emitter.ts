import { Emitter } from "../base/emitter.ts";
import { checkKnown } from "./check-known.ts";
import type { SessionEvents } from "./session-events.ts";

const EVENTS: { readonly [Name in keyof SessionEvents]: 0 } = {
  peerJoined: 0,
  peerLeft: 0,
  peerRefused: 0,
  peerUnstable: 0,
  peerStable: 0,
  isolated: 0,
  progress: 0,
  closing: 0,
};

/** An emitter that throws a `TickmeshError` `unknown-event` for what would never come. */
export abstract class SessionEmitter extends Emitter<SessionEvents> {
  override on<Name extends keyof SessionEvents & string>(name: Name, handler: SessionEvents[Name]): this {
    checkEvent(name);
    return super.on(name, handler);
  }

  override once<Name extends keyof SessionEvents & string>(name: Name, handler: SessionEvents[Name]): this {
    checkEvent(name);
    return super.once(name, handler);
  }
}

function checkEvent(name: string): void {
  checkKnown("unknown-event", "event", [name], EVENTS);
}
