import type { WebRTCDataChannel } from "../../src/connection/web-rtc-data-channel.ts";
import type { PeerInfo, WebRTCMultiplayerPeer } from "../../src/multiplayer/web-rtc-multiplayer-peer.ts";
import { createSession, type Session, type SessionOptions } from "../../src/session/index.ts";
import { LinkMesh, type Player } from "../support/link-mesh.ts";
import { realTime, type Time, until } from "../support/until.ts";
import type { SessionSubject } from "./session-duty.ts";
import { type BytesName, type Table, table } from "./session-table.ts";

export type MemberOptions = Partial<SessionOptions<Table>>;

/** One peer with a session, and all that it was told. */
export class SessionMember {
  readonly player: Player;
  readonly session: Session<Table>;
  /** In order: `"+2"`, `"-2 left bye"`, `"!2 us game"`, `"2 unstable"`, `"2 stable"`, `"2: a note"`, `"2 urgently: a note"`. */
  readonly heard: string[] = [];
  readonly bytes: { readonly name: BytesName; readonly bytes: Uint8Array; readonly from: number }[] = [];
  readonly progress: { readonly name: string; readonly received: number; readonly total: number }[] = [];
  /** It stands still: nobody polls it. */
  isAsleep = false;

  constructor(player: Player, time: Time, options: MemberOptions) {
    this.player = player;
    const session = createSession({
      peer: player.peer,
      game: "contract",
      version: "1",
      messages: table,
      clock: time,
      ...options,
    });
    this.session = session;
    const hear = (line: string): void => void this.heard.push(line);
    session.on("peerJoined", (id) => hear(`+${id}`));
    session.on("peerLeft", (id, reason, words) => hear(`-${id} ${reason} ${words}`.trimEnd()));
    session.on("peerRefused", (id, { by, code }) => hear(`!${id} ${by} ${code}`));
    session.on("peerUnstable", (id) => hear(`${id} unstable`));
    session.on("peerStable", (id) => hear(`${id} stable`));
    session.on("progress", (_id, name, received, total) => this.progress.push({ name, received, total }));
    session.onMessage("note", (words, from) => hear(`${from}: ${words}`));
    session.onMessage("urgent", (words, from) => hear(`${from} urgently: ${words}`));
    for (const name of ["game", "bulk", "ordered", "unreliable"] as const) {
      session.onMessage(name, (bytes, from) => void this.bytes.push({ name, bytes, from }));
    }
  }

  get id(): number {
    return this.session.id;
  }

  get peer(): WebRTCMultiplayerPeer {
    return this.player.peer;
  }

  /** What the mesh knows of another member. */
  wayTo(other: SessionMember): PeerInfo {
    const info = this.peer.getPeer(other.id);
    if (info === null) throw new Error(`${this.id} has no way to ${other.id}`);
    return info;
  }

  /** Its messages that are bytes, of one name. */
  bytesOf(name: BytesName): Uint8Array[] {
    return this.bytes.filter((one) => one.name === name).map(({ bytes }) => bytes);
  }

  /** What `note` brought. */
  get notes(): string[] {
    return this.heard.filter((line) => /^\d+: /.test(line)).map((line) => line.replace(/^\d+: /, ""));
  }

  /** What was told of peers. */
  get events(): string[] {
    return this.heard.filter((line) => !line.includes(": "));
  }
}

/** A frame as the connection was given it. */
export interface SentFrame {
  readonly channel: "reliable" | "unreliable";
  readonly length: number;
  /** Right afterwards. Unit: bytes. */
  readonly bufferedBytes: number;
}

/** Sessions whose peers are connected by hand. */
export class SessionMeeting {
  readonly members: SessionMember[] = [];
  readonly #time: Time;
  readonly #mesh: LinkMesh;

  constructor({ create, time = realTime }: SessionSubject) {
    this.#time = time;
    this.#mesh = new LinkMesh({ backend: create, time });
  }

  get nowMs(): number {
    return this.#time.nowMs();
  }

  add(id: number, options: MemberOptions = {}): SessionMember {
    const player = this.#mesh.player();
    player.peer.createMesh(id);
    const member = new SessionMember(player, this.#time, options);
    this.members.push(member);
    return member;
  }

  /** A peer without a session: only who polls it hears anything. */
  addRaw(id: number): Player {
    const player = this.#mesh.player();
    player.peer.createMesh(id);
    return player;
  }

  introduce(a: { readonly player: Player }, b: { readonly player: Player }): void {
    this.#mesh.introduce(a.player, b.player);
  }

  /** Members 1 and 2, who have come to each other. */
  async pair(options: MemberOptions = {}): Promise<[SessionMember, SessionMember]> {
    const [a, b] = [this.add(1, options), this.add(2, options)];
    this.introduce(a, b);
    await this.until(() => a.session.hasPeer(2) && b.session.hasPeer(1), "the two to come");
    return [a, b];
  }

  /** A tick of everybody who is awake, again and again, until the condition holds. */
  async until(condition: () => unknown, what: string, deadlineMs?: number): Promise<void> {
    await until(condition, { step: this.tick, what, deadlineMs, time: this.#time });
  }

  /** Ticks for so long. */
  async pass(ms: number): Promise<void> {
    const endMs = this.nowMs + ms;
    await this.until(() => this.nowMs >= endMs, "time to pass", ms + 15_000);
  }

  readonly tick = (): void => {
    for (const { session, isAsleep } of this.members) {
      if (isAsleep) continue;
      session.poll();
      session.flush();
    }
  };

  close(): void {
    for (const { session } of this.members) session.close();
  }
}

/** What a member's channels to another are given from now on. */
export function watchFrames(from: SessionMember, to: SessionMember): SentFrame[] {
  const frames: SentFrame[] = [];
  const [reliable, , unreliable] = from.wayTo(to).channels as [WebRTCDataChannel, WebRTCDataChannel, WebRTCDataChannel];
  for (const [name, channel] of [
    ["reliable", reliable],
    ["unreliable", unreliable],
  ] as const) {
    const put = channel.putPacket.bind(channel);
    channel.putPacket = (bytes) => {
      const error = put(bytes);
      frames.push({ channel: name, length: bytes.length, bufferedBytes: channel.getBufferedAmount() });
      return error;
    };
  }
  return frames;
}

/** Bytes that say which they are: nothing but the same two numbers gives the same ones. `size` may be anything from 0 on. */
export function numbered(number: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let i = 0; i < size; i++) bytes[i] = i * 31 + (i >> 8) * 17 + number * 7;
  for (let i = 0; i < 2 && i < size; i++) bytes[i] = number >> (8 * i);
  return bytes;
}

/** Compares quickly, which tests of arrays do not. */
export function areSame(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
