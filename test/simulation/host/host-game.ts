import { layout } from "../../../src/codec/layout.ts";
import { u32 } from "../../../src/codec/number-fields.ts";
import type { Cause } from "../../../src/host/choose-term.ts";
import { createHost, type Host } from "../../../src/host/host.ts";
import { hostMessages } from "../../../src/host/host-messages.ts";
import type { Term } from "../../../src/host/term.ts";
import { message } from "../../../src/session/messages/definition.ts";
import { defineMessages } from "../../../src/session/messages/message-table.ts";
import type { Session } from "../../../src/session/session.ts";
import type { Member } from "../../../src/simulator/world/member.ts";
import type { MemberGame } from "../../../src/simulator/world/member-game.ts";

/** What the host's word has made of the game so far. */
export interface Count {
  /** In how many ticks somebody acted as host. */
  readonly value: number;
  /** Filling, so that states are not all of one size. */
  readonly size: number;
}

const HOST_TABLE = defineMessages({
  ...hostMessages(layout({ value: u32(), size: u32() })),
  // Not `from: "host"`: what comes while two sides disagree about the host is dropped then, and the checkers miss nothing.
  counted: message({ payload: layout({ value: u32() }) }),
  // One of a row that a player says to another; of each row another nonce.
  said: message({ payload: layout({ nonce: u32(), place: u32() }) }),
});

export interface HostInput {
  readonly do: "hide" | "show" | "resign";
}

/** A change of host, as a game was told of it. */
export interface Change {
  readonly tick: number;
  readonly hostId: number;
  readonly term: Term;
  readonly cause: Cause;
}

/** A game in which the host counts the ticks in which it acts, and the others hear how far it is. */
export class HostGame implements MemberGame {
  readonly session: Session<typeof HOST_TABLE.definitions>;
  readonly host: Host<Count>;
  readonly changes: Change[] = [];
  /** Values that it was told to go on from, why, and when. */
  readonly restored: {
    readonly tick: number;
    readonly value: number;
    readonly cause: Cause;
    readonly reign: number;
  }[] = [];
  surrendered = 0;
  value = 0;
  /** The last tick in which it acted as host. */
  actedTick = -1;
  isHidden = false;
  /** The world's tick. */
  now = 0;
  /** It follows another host than before, and has not been told how the game stands there. */
  #awaits = false;

  constructor(member: Member, options: Partial<Parameters<typeof createHost<Count>>[0]> = {}) {
    this.session = member.createSession({
      game: "simulation",
      version: "1",
      messages: HOST_TABLE,
      hostOf: () => this.host.hostId,
    });
    this.host = createHost<Count>({
      messages: HOST_TABLE,
      snapshot: () => ({ value: this.value, size: 0 }),
      restore: ({ value }, { cause, term: { reign } }) => {
        this.restored.push({ tick: this.now, value, cause, reign });
        this.value = value;
        this.#awaits = false;
      },
      surrender: () => {
        this.surrendered += 1;
      },
      isHidden: () => this.isHidden,
      clock: member.device.clock,
      random: member.random("host"),
      ...options,
    }).start(this.session);
    this.host.on("changed", (hostId, term, cause) => {
      this.changes.push({ tick: this.now, hostId, term, cause });
      this.#awaits = hostId !== member.id && (this.#awaits || cause !== "handed-over");
    });
    this.session.onMessage("counted", ({ value }, from) => {
      if (from === this.host.hostId && !this.#awaits) this.value = value;
    });
  }

  tick(tick: number): void {
    this.now = tick;
    this.host.poll();
    if (!this.host.isHost) return;
    this.value += 1;
    this.actedTick = tick;
    this.session.send("counted", { value: this.value });
  }

  input(input: unknown): boolean {
    const what = (input as HostInput).do;
    if (what === "resign") return this.host.resign();
    const isHidden = what === "hide";
    if (this.isHidden === isHidden) return false;
    this.isHidden = isHidden;
    return true;
  }
}
