import { ByteReader } from "../../../src/codec/byte-reader.ts";
import { Inbox } from "../../../src/session/incoming/inbox.ts";
import { SessionLink } from "../../../src/session/link/session-link.ts";
import { KeptFrames } from "../../../src/session/outgoing/kept-frames.ts";
import { ReliableSender } from "../../../src/session/outgoing/reliable-sender.ts";
import type { Fault } from "../faults.ts";
import { method } from "./session-faults.ts";

/** Says on the next connection that so many more frames were read than were. */
function miscounted(by: number, isForgotten: boolean): () => Fault {
  return method(SessionLink.prototype, "resume", (resume) => {
    return function (this: SessionLink, info) {
      this.progress.receivedFrames += by;
      resume.call(this, info);
      if (!isForgotten) this.progress.receivedFrames -= by;
    };
  });
}

/** What can go wrong when one connection takes the place of another. */
export const RESUME_FAULTS: Readonly<Record<string, () => Fault>> = {
  "what was not acknowledged is not sent again": method(KeptFrames.prototype, "rewind", () => () => {}),

  "one frame of those is left out": method(KeptFrames.prototype, "rewind", (rewind) => {
    return function (this: KeptFrames) {
      rewind.call(this);
      if (this.backlog > 1) this.noteGiven();
    };
  }),

  "a frame more is counted as read": miscounted(1, false),

  "a frame less is counted as read, and it is read twice": miscounted(-1, true),

  "what was sent again bears another number": method(ReliableSender.prototype, "attach", (attach) => {
    return function (this: ReliableSender, channel) {
      attach.call(this, channel);
      if (this.unacknowledgedFrames > 0) this.sentFrames += 1;
    };
  }),

  "parts begin anew": method(SessionLink.prototype, "resume", (resume) => {
    return function (this: SessionLink, info) {
      resume.call(this, info);
      Object.assign(this, { inbox: new Inbox(this, new ByteReader(), 16, this.progress) });
    };
  }),

  "a lost connection that ends the peer for one side alone": method(SessionLink.prototype, "resume", (resume) => {
    return function (this: SessionLink, carrier) {
      if (this.id % 2 === 1) this.theirs = null;
      resume.call(this, carrier);
    };
  }),
};
