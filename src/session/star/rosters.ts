import { MAX_ROSTER, MAX_UNTOLD_BYTES } from "../limits.ts";
import type { SessionLink } from "../link/session-link.ts";
import type { Transport } from "../link/transport.ts";
import { departureFrame, isRoster, type Member, readRoster, rosterFrame } from "../wire/route-frame.ts";

/** What a peer has said of others, on this link. */
class Heard {
  readonly link: SessionLink;
  readonly #bytes: Uint8Array;
  #members: ReadonlyMap<number, number> | null = null;

  constructor(link: SessionLink, bytes: Uint8Array) {
    this.link = link;
    this.#bytes = bytes;
  }

  /** By id, which session of theirs. Read when it is asked for: of many rosters that come at once, the last one counts. */
  get members(): ReadonlyMap<number, number> {
    this.#members ??= new Map(readRoster(this.#bytes).map(({ id, epoch }) => [id, epoch]));
    return this.#members;
  }
}

/** Whom the hubs reach, as they say; and what this peer says of that to the others while it is a hub. */
export class Rosters {
  /** Of each hub. */
  readonly #heard = new Map<number, Heard>();
  /** Since `#reached` was made. */
  #hasHeard = false;
  /** Whom these hubs reach: asked for in every poll. */
  #reached: ReadonlySet<number> = new Set();
  #reaching: readonly number[] = [];
  #own: readonly Member[] = [];
  #frame = rosterFrame([]);
  /** What was said last on each connection. */
  readonly #told = new WeakMap<Transport, Uint8Array>();
  #departures: Uint8Array[] = [];

  /** The session of a peer that a hub reaches; `undefined` if it reaches none. */
  epochAt(hubId: number, id: number): number | undefined {
    return this.#heard.get(hubId)?.members.get(id);
  }

  /** Everybody whom one of these hubs reaches. */
  reached(hubs: readonly number[]): ReadonlySet<number> {
    const isKnown = hubs.length === this.#reaching.length && hubs.every((hubId, i) => hubId === this.#reaching[i]);
    if (!isKnown || this.#hasHeard) {
      this.#reached = new Set(hubs.flatMap((hubId) => [...(this.#heard.get(hubId)?.members.keys() ?? [])]));
      this.#reaching = hubs;
      this.#hasHeard = false;
    }
    return this.#reached;
  }

  /** False if it is no roster. */
  hear(link: SessionLink, bytes: Uint8Array): boolean {
    if (!isRoster(bytes, MAX_ROSTER)) return false;
    this.#heard.set(link.id, new Heard(link, bytes));
    this.#hasHeard = true;
    return true;
  }

  /** A peer is gone: nothing that it said of others holds. To be told, if others reached it through this one. */
  forget(link: SessionLink, reason: string | null): void {
    if (this.#heard.get(link.id)?.link === link) {
      this.#heard.delete(link.id);
      this.#hasHeard = true;
    }
    const member = this.#own.find(({ id, epoch }) => id === link.id && epoch === link.theirs?.epoch);
    if (member !== undefined && reason !== null) this.#departures.push(departureFrame(member, reason));
  }

  /** Tells all that are connected to this hub whom it reaches, where that has changed. */
  tell(links: readonly SessionLink[]): void {
    const members = links.filter((link) => this.#isMember(link)).slice(0, MAX_ROSTER);
    const isSame =
      members.length === this.#own.length &&
      members.every((link, i) => link.id === this.#own[i]?.id && link.theirs?.epoch === this.#own[i]?.epoch);
    if (!isSame) {
      this.#own = members.map(({ id, theirs }) => ({ id, epoch: theirs?.epoch ?? 0 }));
      this.#frame = rosterFrame(this.#own);
    }
    const departures = this.#departures;
    if (departures.length > 0) this.#departures = [];
    for (const { isPresent, transport } of links) {
      if (!isPresent || transport === null || transport.carrier.via !== 0 || !transport.canSend) continue;
      // Who does not read is told when it does: by the roster, of those who have left too.
      if (transport.carrier.reliable.getBufferedAmount() > MAX_UNTOLD_BYTES) continue;
      for (const frame of departures) transport.carrier.reliable.putPacket(frame);
      if (this.#told.get(transport) === this.#frame) continue;
      this.#told.set(transport, this.#frame);
      transport.carrier.reliable.putPacket(this.#frame);
    }
  }

  /** This peer is no hub (any more). */
  rest(): void {
    if (this.#own.length > 0) this.#own = [];
    if (this.#departures.length > 0) this.#departures = [];
    this.#frame = NO_ROSTER;
  }

  /** Who is connected to this one; or was, and has not been given up. */
  #isMember({ id, isPresent, transport }: SessionLink): boolean {
    if (!isPresent) return false;
    return transport === null ? this.#own.some((member) => member.id === id) : transport.carrier.via === 0;
  }
}

const NO_ROSTER = rosterFrame([]);
