import { MAX_ROSTER } from "../limits.ts";
import type { SessionLink } from "../link/session-link.ts";
import type { Transport } from "../link/transport.ts";
import { departureFrame, type Member, readRoster, rosterFrame } from "../wire/route-frame.ts";

/** Whom the hubs reach, as they say; and what this peer says of that to the others while it is a hub. */
export class Rosters {
  /** Of each hub: the link by which it said so, and by id which session of theirs it reaches. */
  readonly #heard = new Map<number, { readonly link: SessionLink; readonly members: ReadonlyMap<number, number> }>();
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
  reached(hubs: readonly number[]): Set<number> {
    return new Set(hubs.flatMap((hubId) => [...(this.#heard.get(hubId)?.members.keys() ?? [])]));
  }

  /** False if it is no roster. */
  hear(link: SessionLink, bytes: Uint8Array): boolean {
    const members = readRoster(bytes, MAX_ROSTER);
    if (members === null) return false;
    this.#heard.set(link.id, { link, members: new Map(members.map(({ id, epoch }) => [id, epoch])) });
    return true;
  }

  /** A peer is gone: nothing that it said of others holds. To be told, if others reached it through this one. */
  forget(link: SessionLink, reason: string | null): void {
    if (this.#heard.get(link.id)?.link === link) this.#heard.delete(link.id);
    const member = this.#own.find(({ id, epoch }) => id === link.id && epoch === link.theirs?.epoch);
    if (member !== undefined && reason !== null) this.#departures.push(departureFrame(member, reason));
  }

  /** Tells all that are connected to this hub whom it reaches, where that has changed. */
  tell(links: readonly SessionLink[]): void {
    const members = links.filter((link) => this.#isMember(link));
    const isSame =
      members.length === this.#own.length &&
      members.every((link, i) => link.id === this.#own[i]?.id && link.theirs?.epoch === this.#own[i]?.epoch);
    if (!isSame) {
      this.#own = members.slice(0, MAX_ROSTER).map(({ id, theirs }) => ({ id, epoch: theirs?.epoch ?? 0 }));
      this.#frame = rosterFrame(this.#own);
    }
    const departures = this.#departures;
    if (departures.length > 0) this.#departures = [];
    for (const { isPresent, transport } of links) {
      if (!isPresent || transport === null || transport.carrier.via !== 0 || !transport.canSend) continue;
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
