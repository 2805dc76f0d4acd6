import { ByteWriter } from "../../codec/byte-writer.ts";
import type { MultiplayerPeer, TransferMode } from "../../multiplayer/multiplayer-peer.ts";
import type { WebRTCMultiplayerPeer } from "../../multiplayer/web-rtc-multiplayer-peer.ts";
import type { LeaveReason } from "../../session/leave-reason.ts";
import type { Definitions } from "../../session/messages/definition.ts";
import type { MessageTable } from "../../session/messages/message-table.ts";
import type { TableEntry } from "../../session/messages/table-entry.ts";
import { createSession, type Session } from "../../session/session.ts";
import type { SendOptions, SessionOptions } from "../../session/session-options.ts";
import type { VirtualDevice } from "../network/virtual-device.ts";
import { guardHandlers } from "./guard-handlers.ts";

/** What a session is made with; mesh, clock and chance are the member's. */
export type MemberSessionOptions<D extends Definitions> = Omit<
  SessionOptions<D>,
  "peer" | "clock" | "random" | "goodbyeOnPageHide"
>;

/** A message that was sent to a peer, or heard of it. */
export interface SessionMessage {
  /** The other one. */
  readonly peer: number;
  readonly name: string;
  readonly lane: string;
  readonly mode: TransferMode;
  /** Of those with the same key only the latest counts; `null`: each counts. */
  readonly key: string | number | null;
  /** As its payload writes it. */
  readonly bytes: Uint8Array;
}

/** Who hears what passes through a session. */
export interface SessionWatch {
  /** A handler of the game's threw. */
  threw(error: unknown): void;
  joined(peerId: number): void;
  left(peerId: number, reason: LeaveReason): void;
  refused(peerId: number, words: string): void;
  sent(message: SessionMessage): void;
  heard(message: SessionMessage): void;
  called(number: number): void;
  settled(number: number): void;
}

/** A member's session, which tells what passes through it, ahead of everybody else. */
export function watchedSession<D extends Definitions>(
  options: MemberSessionOptions<D>,
  peer: WebRTCMultiplayerPeer,
  device: VirtualDevice,
  random: SessionOptions<D>["random"] & object,
  watch: SessionWatch,
): Session<D> {
  const session = createSession<D>({ ...options, peer, clock: device.clock, random, goodbyeOnPageHide: false });
  guardHandlers(session, (error) => watch.threw(error));
  session.on("peerJoined", (id) => watch.joined(id));
  session.on("peerLeft", (id, reason) => watch.left(id, reason));
  session.on("peerRefused", (id, { code, reason, by }) => watch.refused(id, `${code} by ${by}: ${reason}`));
  // Whatever the table's types are: the names and handlers that these three pass on are their callers'.
  const plain = session as unknown as PlainSession;
  tapMessages(plain, peer, options.messages, watch);
  tapCalls(plain, watch);
  return session;
}

type Handler = (payload: unknown, from: number) => void;
type Result = (error: unknown, answer: unknown) => void;

interface PlainSession {
  readonly peers: readonly number[];
  send(name: string, payload: unknown, options?: SendOptions): number;
  onMessage(name: string, handler: Handler): () => void;
  callWith(to: number, name: string, request: unknown, onResult: Result, options?: unknown): void;
}

function tapMessages(session: PlainSession, peer: MultiplayerPeer, table: MessageTable, watch: SessionWatch): void {
  const { send, onMessage } = session;
  const messages = table.entries.filter(({ call }) => call === null);
  const entries = new Map(messages.map((entry) => [entry.name, entry]));
  session.send = (name, payload, options) => {
    const count = send.call(session, name, payload, options);
    const entry = entries.get(name);
    if (entry === undefined) return count;
    const told = toldOf(entry, payload);
    const receivers = session.peers.filter((id) => isFor(id, options));
    for (const id of receivers) watch.sent({ ...told, peer: id });
    return count;
  };
  for (const entry of entries.values()) {
    onMessage.call(session, entry.name, (payload, from) => {
      if (from !== peer.getUniqueId()) watch.heard({ ...toldOf(entry, payload), peer: from });
    });
  }
  session.onMessage = (name, handler) =>
    onMessage.call(session, name, (payload, from) => {
      try {
        handler(payload, from);
      } catch (error) {
        watch.threw(error);
      }
    });
}

function tapCalls(session: PlainSession, watch: SessionWatch): void {
  const { callWith } = session;
  let calls = 0;
  session.callWith = (to, name, request, onResult, options) => {
    const number = calls;
    calls += 1;
    const result: Result = (error, answer) => {
      watch.settled(number);
      try {
        onResult(error, answer);
      } catch (thrown) {
        watch.threw(thrown);
      }
    };
    callWith.call(session, to, name, request, result, options);
    watch.called(number);
  };
}

function toldOf(entry: TableEntry, payload: unknown): Omit<SessionMessage, "peer"> {
  const writer = new ByteWriter();
  entry.payload.write(payload, writer);
  const { latest } = entry;
  return {
    name: entry.name,
    lane: entry.lane.name,
    mode: entry.mode,
    key: latest === false ? null : latest === true ? 0 : latest(payload),
    bytes: writer.bytes.slice(0, writer.length),
  };
}

function isFor(id: number, { to, except }: SendOptions = {}): boolean {
  return id !== except && (to === undefined || (typeof to === "number" ? to === id : to.includes(id)));
}
