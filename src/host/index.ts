/**
 * Who has authority in a session, and what becomes of it when the host leaves, crashes or is cut off.
 *
 * @module
 */

export type { Cause } from "./choose-term.ts";
export type { Standing } from "./dissent.ts";
export { followHost, type HostedLobby } from "./follow-host.ts";
export { createHost, Host } from "./host.ts";
export type { HostCounters, HostEvents } from "./host-events.ts";
export { type HostMessages, hostMessages } from "./host-messages.ts";
export type { HostOptions, HostTable } from "./host-options.ts";
export { compareTerms, type Term } from "./term.ts";
