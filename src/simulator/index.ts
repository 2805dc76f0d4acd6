/**
 * A network in virtual time, and worlds of players on it: tests of netcode that step through ticks and give the same result every
 * time. `docs/testing-netcode.md` shows how.
 *
 * @module
 */

// The network alone: devices, links, a backend for connections and a signaller for meshes.
export type { Device, DeviceOptions } from "./network/device.ts";
export type { Link, LinkCounters, PacketChange } from "./network/link.ts";
export { type BurstLoss, type LinkConditions, linkConditions, PERFECT_LINK } from "./network/link-conditions.ts";
export type { LinkChoice } from "./network/link-rules.ts";
export { BAD_MOBILE, BROADBAND, LAN, type LinkPreset, MOBILE, SATELLITE, WIFI } from "./network/presets.ts";
export { type RandomState, RandomStream } from "./network/random-stream.ts";
export type { VirtualNetworkOptions } from "./network/simulated-network.ts";
export { KEPT_EVENTS, type Trace, type TraceEvent } from "./network/trace.ts";
export { VirtualNetwork } from "./network/virtual-network.ts";
export { SERVER, VirtualSignalling, type VirtualSignallingOptions } from "./network/virtual-signalling.ts";
// Who watches them.
export { BoundsChecker } from "./world/checkers/bounds-checker.ts";
export { type Checkers, watchWithCheckers } from "./world/checkers/checkers.ts";
export { ConnectionChecker } from "./world/checkers/connection-checker.ts";
export { DeliveryChecker } from "./world/checkers/delivery-checker.ts";
export { MessageChecker } from "./world/checkers/message-checker.ts";
export { PollChecker } from "./world/checkers/poll-checker.ts";
export { SessionChecker } from "./world/checkers/session-checker.ts";
export { StateChecker } from "./world/checkers/state-checker.ts";
// Worlds: players on it, stepped tick by tick.
export type { ConnectionEnd, Member, MemberState } from "./world/member.ts";
export type { MemberGame } from "./world/member-game.ts";
export type { MemberSessionOptions, SessionMessage } from "./world/member-session.ts";
export { isMeshed, whoIsApart } from "./world/meshed.ts";
export type { LinkChoiceData, Operation } from "./world/operation.ts";
export type { RecordedOperation, Recording } from "./world/recording.ts";
export { type ReplayOptions, replay } from "./world/replay.ts";
export { type FailsWith, type ShrinkOptions, shrink } from "./world/shrink.ts";
export { describeEvent, SimulationError, type SimulationFailure } from "./world/simulation-error.ts";
export { World } from "./world/world.ts";
export type { ReceivedPacket, WorldObserver } from "./world/world-observer.ts";
export type { LinkChange, WorldConditions, WorldOptions, WorldParts } from "./world/world-options.ts";
