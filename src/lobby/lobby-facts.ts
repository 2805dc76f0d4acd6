import type { Welcome } from "./admission.ts";
import type { EmitLobbyEvent, HostCause } from "./lobby-events.ts";
import type { LobbyMember, Metadata, Seat } from "./protocol.ts";

/** What is known of a lobby, as the game sees it: who is there, who is host, what it says of itself. Each change is an event. */
export class LobbyFacts {
  readonly members = new Map<number, LobbyMember>();
  /** Members of the lobby before it was opened again, who have not sat down again. */
  readonly awaited = new Set<number>();
  readonly code: string;
  hostId: number;
  hostTerm: number;
  locked: boolean;
  metadata: Metadata;
  seat: Seat;
  readonly #localId: number;
  readonly #emit: EmitLobbyEvent;

  constructor(welcome: Welcome, emit: EmitLobbyEvent) {
    this.code = welcome.code;
    this.hostId = welcome.hostId;
    this.hostTerm = welcome.hostTerm;
    this.seat = welcome.seat;
    this.locked = welcome.locked;
    this.metadata = welcome.metadata;
    this.#localId = welcome.seat.peerId;
    this.#emit = emit;
    for (const member of welcome.members) this.members.set(member.peerId, member);
  }

  /** After a while without the server: what is different now, but for the lock. `awaited`: who is not missed yet if not there. */
  refresh(welcome: Welcome, awaited: Iterable<number>): void {
    this.seat = welcome.seat;
    this.awaited.clear();
    for (const peerId of awaited) if (this.members.has(peerId)) this.awaited.add(peerId);
    const present = new Set(welcome.members.map(({ peerId }) => peerId));
    for (const peerId of [...this.members.keys()]) {
      if (!present.has(peerId) && !this.awaited.has(peerId)) this.forget(peerId, "lost");
    }
    for (const member of welcome.members) this.meet(member);
    this.setHost(welcome.hostId, "missed");
    if (!isSame(this.metadata, welcome.metadata)) this.setMetadata(welcome.metadata);
  }

  meet(member: LobbyMember): void {
    const { peerId, profile } = member;
    const known = this.members.get(peerId);
    this.awaited.delete(peerId);
    this.members.set(peerId, member);
    if (known === undefined) this.#emit("memberJoined", member);
    else if (!isSame(known.profile, profile)) this.#emit("profileChanged", peerId, profile);
  }

  forget(peerId: number, reason: "left" | "kicked" | "lost"): void {
    this.awaited.delete(peerId);
    if (peerId !== this.#localId && this.members.delete(peerId)) this.#emit("memberLeft", peerId, reason);
  }

  setHost(hostId: number, cause: HostCause): void {
    if (hostId === this.hostId) return;
    this.hostId = hostId;
    this.#emit("hostChanged", hostId, cause);
  }

  setLocked(locked: boolean): void {
    if (locked === this.locked) return;
    this.locked = locked;
    this.#emit("lockChanged", locked);
  }

  setMetadata(metadata: Metadata): void {
    this.metadata = metadata;
    this.#emit("metadataChanged", metadata);
  }

  setProfile(peerId: number, profile: Metadata): void {
    if (!this.members.has(peerId)) return;
    this.members.set(peerId, { peerId, profile });
    this.#emit("profileChanged", peerId, profile);
  }
}

function isSame(a: Metadata, b: Metadata): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
