/**
 * Typed messages, calls and a shared clock for the peers of a mesh.
 *
 * @module
 */

// How messages are written.
export { ByteReader } from "../codec/byte-reader.ts";
export { ByteWriter } from "../codec/byte-writer.ts";
export { bytes } from "../codec/bytes-payload.ts";
export type { Field } from "../codec/field.ts";
export { flag } from "../codec/flag.ts";
export { type Layout, type LayoutValue, layout, list, optional } from "../codec/layout.ts";
export { f32, f64, i8, i16, i32, u8, u16, u32 } from "../codec/number-fields.ts";
export type { Payload } from "../codec/payload.ts";
export { PayloadError } from "../codec/payload-error.ts";
export { type QuantisedOptions, quantised } from "../codec/quantised.ts";
export type { StandardSchema } from "../codec/standard-schema.ts";
export { blob, oneOf, text } from "../codec/text-fields.ts";
export { value } from "../codec/value-payload.ts";
export { InvalidPayload, withSchema } from "../codec/with-schema.ts";
// The session.
export type { CallResult } from "./calls/outgoing-calls.ts";
export type { SessionClock } from "./clock/session-clock.ts";
export { Fault } from "./incoming/fault.ts";
export { LeaveReason } from "./leave-reason.ts";
export { DEFAULT_LIMITS, type SessionLimits } from "./limits.ts";
export type { HelloCheck } from "./link/handshake.ts";
export type { PacketTap } from "./link/session-link.ts";
export type { Waiting } from "./link/waiting.ts";
// What a game sends.
export {
  type AllowedSender,
  type AnswerOf,
  type CallDefinition,
  type CallDefinitionOptions,
  call,
  type Definitions,
  type MessageDefinition,
  type MessageOptions,
  message,
  type PayloadOf,
  type RequestOf,
} from "./messages/definition.ts";
export type { LaneOptions } from "./messages/lane.ts";
export { defineMessages, type MessageTable } from "./messages/message-table.ts";
export type { LaneStatistics, PeerStatistics } from "./peer-statistics.ts";
export { createSession, Session } from "./session.ts";
export type { SessionEvents } from "./session-events.ts";
export type { CallOptions, OwnedMessage, SendOptions, SessionOptions } from "./session-options.ts";
export { type Refusal, RefusalCode } from "./wire/hello.ts";
