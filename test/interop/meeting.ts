import { until } from "../support/until.ts";
import type { Order } from "./agent/mesh-agent.ts";
import type { Member } from "./member.ts";

/** Introduces members to each other, and carries their signals: what a lobby server does. */
export class Meeting {
  readonly #channels: readonly (0 | 1 | 2)[];
  readonly #present = new Map<number, Member>();

  /** `channels`: the modes of the extra channels of all members. */
  constructor(channels: readonly (0 | 1 | 2)[]) {
    this.#channels = channels;
  }

  get members(): Member[] {
    return [...this.#present.values()];
  }

  async join(member: Member, id: number): Promise<void> {
    member.onSignal = ({ to, signal }) => {
      // A signal to somebody who has left goes nowhere.
      void this.#present.get(to)?.hear({ kind: "signal", from: id, signal });
    };
    await member.join(id, this.#channels);
    const others = this.members;
    this.#present.set(id, member);
    await Promise.all(
      others.flatMap((other) => [
        other.hear({ kind: "introduced", peerId: id }),
        member.hear({ kind: "introduced", peerId: other.id }),
      ]),
    );
  }

  /** `last`: what it sends in the moment before. */
  async leave(member: Member, last: readonly Order[] = []): Promise<void> {
    const { id } = member;
    this.#present.delete(id);
    await member.leave(last);
    await Promise.all(this.members.map((other) => other.hear({ kind: "left", peerId: id, reason: "left" })));
  }

  /** Waits until everybody present takes exactly everybody else for connected. */
  async untilMeshed(): Promise<void> {
    const idsBeside = (member: Member): number[] =>
      [...this.#present.keys()].filter((id) => id !== member.id).sort((a, b) => a - b);
    const isMeshed = (member: Member): boolean => member.connected.join() === idsBeside(member).join();
    await until(() => this.members.every(isMeshed), { what: "everybody to see everybody" }).catch((error: unknown) => {
      const seen = this.members.map((it) => `${it.name} ${it.id}: ${JSON.stringify(it.happenings.slice(-8))}`);
      throw new Error(`${String(error)}\n${seen.join("\n")}`, { cause: error });
    });
  }
}
