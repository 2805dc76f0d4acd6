import type { Clock } from "../base/clock.ts";
import { shown } from "../base/diagnostics.ts";
import type { RandomSource } from "../base/random.ts";
import { TickmeshError } from "../base/tickmesh-error.ts";
import { faultOfWhole } from "../base/whole.ts";
import type { Definitions } from "../session/messages/definition.ts";
import type { MessageTable } from "../session/messages/message-table.ts";
import type { Cause } from "./choose-term.ts";
import type { HostMessages } from "./host-messages.ts";
import {
  DEFAULT_DEPUTIES,
  DEFAULT_SILENT_AFTER_MS,
  DEFAULT_STATE_INTERVAL_MS,
  MAX_DEPUTIES,
  SILENT_AFTER_RANGE_MS,
  STATE_INTERVAL_RANGE_MS,
} from "./limits.ts";
import type { Term } from "./term.ts";

/** A table that has a host's messages among its own. */
export type HostTable<State> = MessageTable<HostMessages<State> & Definitions>;

export interface HostOptions<State> {
  /** The session's, with `hostMessages` in it. */
  readonly messages: HostTable<State>;
  /** The state of the game as it is now. Asked of the host alone, in `poll`, in `resign`, and when the session is closed. */
  readonly snapshot: () => State;
  /** The game goes on from this state: because this peer is host now, or because it follows another host than before. In `poll`. */
  readonly restore: (state: State, info: { readonly term: Term; readonly cause: Cause }) => void;
  /** This peer was host, and its state does not count any more: another side's host is the higher. In `poll`, before `restore`. */
  readonly surrender?: (info: { readonly lost: Term; readonly won: Term }) => void;
  /**
   * Who is host first, where nobody is yet: the lobby's host. 0 for nobody as long as that is not known. Default: the lowest id of those
   * who are there.
   */
  readonly firstHost?: () => number;
  /** So long the host may be silent. Unit: ms, 1,000 to 60,000. Default 3,000. */
  readonly silentAfterMs?: number;
  /** How often deputies are given the state, if it has changed. Unit: ms, 50 to 10,000. Default 500. */
  readonly stateIntervalMs?: number;
  /** How many hold it: 0 to 8. Default 2. */
  readonly deputies?: number;
  /**
   * Puts those who could be host next in order, the best first: the first of them are deputies, and the first who was heard just now is
   * handed over to. Given to it: pages that are seen before hidden ones, then those who have been there for longest. Default: so, but for
   * pages that are seen and have been deputies before, which come first.
   */
  readonly preferred?: (candidates: readonly number[]) => readonly number[];
  /** Hands over when nobody sees this page any more, and somebody sees another's. Default true. */
  readonly handOverWhenHidden?: boolean;
  /** Whether nobody sees this page. Default: as the document says. */
  readonly isHidden?: () => boolean;
  /** A last word on somebody's claim to be host: the lobby's, for one. Asked often. Default: true. */
  readonly believes?: (term: Term) => boolean;
  /** Default: the system's. */
  readonly clock?: Clock;
  readonly random?: RandomSource;
}

/** Those of the options that are numbers, each as given or its default. */
export interface HostNumbers {
  readonly silentAfterMs: number;
  readonly stateIntervalMs: number;
  readonly deputies: number;
}

/** Throws a `TickmeshError` `invalid-options` in words. */
export function checkHostOptions<State>(options: HostOptions<State>): HostNumbers {
  const { messages, snapshot, restore } = options;
  const {
    silentAfterMs = DEFAULT_SILENT_AFTER_MS,
    stateIntervalMs = DEFAULT_STATE_INTERVAL_MS,
    deputies = DEFAULT_DEPUTIES,
  } = options;
  if (messages?.definitions?.hostState?.payload?.inner === undefined)
    refuse("messages: hostMessages() is not among them");
  for (const [name, given] of Object.entries({ snapshot, restore })) {
    if (typeof given !== "function") refuse(`${name} ${shown(given)} is no function`);
  }
  const fault =
    faultOfWhole("silentAfterMs", silentAfterMs, ...SILENT_AFTER_RANGE_MS) ??
    faultOfWhole("stateIntervalMs", stateIntervalMs, ...STATE_INTERVAL_RANGE_MS) ??
    faultOfWhole("deputies", deputies, 0, MAX_DEPUTIES);
  if (fault !== null) refuse(fault);
  return { silentAfterMs, stateIntervalMs, deputies };
}

function refuse(fault: string): never {
  throw new TickmeshError("invalid-options", fault);
}
