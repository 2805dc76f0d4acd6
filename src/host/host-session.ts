import type { Session } from "../session/session.ts";
import type { HostMessages } from "./host-messages.ts";

/** A session as a host uses it: by its own messages. */
export type HostSession<State> = Session<HostMessages<State>>;
