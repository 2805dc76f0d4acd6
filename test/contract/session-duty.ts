import type { BackendFactory } from "../../src/seam/connection-backend.ts";
import type { Time } from "../support/until.ts";
import type { SessionMeeting } from "./session-meeting.ts";

/** What sessions are tried on. */
export interface SessionSubject {
  readonly create: BackendFactory;
  /** Default: real time. */
  readonly time?: Time;
  /** Connections are an `RTCPeerConnection`, whose statistics can be read. Default false. */
  readonly isBrowser?: boolean;
  /** Connections can tell which way they go. Default: `isBrowser`. */
  readonly tellsPath?: boolean;
}

/** Adds one test of a rule: `meeting` is closed after it. */
export type AddSessionDuty = (
  title: string,
  run: (meeting: SessionMeeting) => Promise<void>,
  options?: { readonly timeoutMs?: number },
) => void;
