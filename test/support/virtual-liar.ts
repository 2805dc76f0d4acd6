import { ByteWriter } from "../../src/codec/byte-writer.ts";
import { StateUse } from "../../src/host/state-message.ts";
import { type Status, UNKNOWN_SINCE } from "../../src/host/status.ts";
import type { Term } from "../../src/host/term.ts";
import { type HostMember, hostTable, type VirtualHosts } from "./virtual-hosts.ts";

/** What a member says of itself that says what it likes. */
export class Liar {
  readonly #member: HostMember;
  #number = 1_000;

  /** Its own host says nothing any more. */
  constructor(hosts: VirtualHosts, id: number) {
    this.#member = hosts.members.get(id) as HostMember;
    hosts.members.delete(id);
  }

  say(term: Term, more: Partial<Status> = {}, name: "hostStatus" | "hostBeat" = "hostStatus"): void {
    this.#member.session.send(name, this.#status(term, more));
  }

  tell(to: number, term: Term): void {
    this.#member.session.send("hostStatus", this.#status(term, {}), { to });
  }

  /** Hands the state that it says it has over to `next`'s host alone. */
  handOver(next: Term): void {
    const writer = new ByteWriter();
    hostTable.definitions.hostState.payload.inner.write({ points: 1 }, writer);
    const bytes = writer.bytes.slice(0, writer.length);
    const message = { use: StateUse.SUCCEED, reign: next.after, wants: 0, number: 5, bytes, next };
    this.#member.session.send("hostState", message, { to: next.hostId });
  }

  leave(id?: number): void {
    const { session } = this.#member;
    if (id === undefined) session.close();
    else session.disconnect(id);
  }

  #status(term: Term, more: Partial<Status>): Status {
    const claims = term.hostId === this.#member.id;
    this.#number += 1;
    return {
      number: this.#number,
      instance: 5_000 + this.#member.id,
      term,
      claims,
      listens: false,
      hears: !claims,
      misses: false,
      leaves: false,
      isHidden: false,
      since: UNKNOWN_SINCE,
      held: 0,
      wants: 0,
      ...more,
    };
  }
}

/** A liar who has come to those who are there. */
export function liarAmong(hosts: VirtualHosts): Liar {
  const { session } = hosts.add(66);
  const others = hosts.all.length - 1;
  hosts.until(() => session.peers.length === others);
  return new Liar(hosts, 66);
}
