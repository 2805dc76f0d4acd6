import { seededRandom } from "../../src/base/random.ts";
import { InMemorySignalling } from "../../src/signalling/in-memory-signalling.ts";
import type { MeshConnectorOptions } from "../../src/signalling/mesh-connector.ts";
import type { Signaller } from "../../src/signalling/signaller.ts";
import { type FakeLink, FakeNetwork } from "./fake-network.ts";
import { ManualClock } from "./manual-clock.ts";
import { MeshMember } from "./mesh-member.ts";

/** Members who meet over a fake network, on a clock that the test moves: nothing happens but in `settle` and `pass`. */
export class FakeMeeting {
  readonly clock = new ManualClock();
  readonly network = new FakeNetwork();
  readonly group = new InMemorySignalling();
  readonly members: MeshMember[] = [];

  join(id: number, options: MeshConnectorOptions = {}): MeshMember {
    return this.add(this.group.join(id), options);
  }

  add(signaller: Signaller, options: MeshConnectorOptions = {}): MeshMember {
    const member = new MeshMember(signaller, {
      clock: this.clock,
      random: seededRandom(signaller.localId),
      backend: this.network.factory,
      ...options,
    });
    this.members.push(member);
    return member;
  }

  /** Polls everybody until nothing more can come of it. */
  settle(): void {
    for (let round = 0; round < 10; round++) for (const member of this.members) member.peer.poll();
  }

  /** Lets time pass, polling 20 times a second. */
  pass(ms: number): void {
    for (let passed = 0; passed < ms; passed += 50) {
      this.clock.advance(Math.min(50, ms - passed));
      for (const member of this.members) member.peer.poll();
    }
    this.settle();
  }

  /** The backends that are not closed, oldest first. */
  get links(): FakeLink[] {
    return this.network.made.filter((link) => !link.isClosed);
  }
}
