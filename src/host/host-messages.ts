import type { Payload } from "../codec/payload.ts";
import { value } from "../codec/value-payload.ts";
import { TransferMode } from "../multiplayer/multiplayer-peer.ts";
import { type MessageDefinition, message } from "../session/messages/definition.ts";
import { STATES_PER_SECOND, STATUSES_PER_SECOND } from "./limits.ts";
import { type StateMessage, StatePayload } from "./state-message.ts";
import { type Status, statusLayout } from "./status.ts";

/** The messages of a `Host`, as a part of a game's message table. */
export type HostMessages<State> = Readonly<
  Record<"hostStatus" | "hostBeat", MessageDefinition<Status>> &
    Record<"hostState", MessageDefinition<StateMessage> & { readonly payload: StatePayload<State> }>
>;

/**
 * What a `Host` sends: spread it into the table, `defineMessages({ ...hostMessages<Snapshot>(), … })`. `payload`: how a state travels,
 * by default as any plain value. `lane`: states queue in it; by default `bulk`, so that they hold nothing up. In the lane of the game's own
 * messages, those that the host sends after a state are also heard after it.
 */
export function hostMessages<State = unknown>(
  payload: Payload<State> = value<State>(),
  { lane = "bulk" }: { readonly lane?: string } = {},
): HostMessages<State> {
  const state = new StatePayload(payload);
  const status = { payload: statusLayout, lane: "input", perSecond: STATUSES_PER_SECOND };
  return {
    hostStatus: message(status),
    hostBeat: message({ ...status, mode: TransferMode.UNRELIABLE, latest: true }),
    hostState: { ...message({ payload: state, lane, perSecond: STATES_PER_SECOND }), payload: state },
  };
}
