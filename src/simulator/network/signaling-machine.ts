import type { BackendSignalingState, DescriptionType } from "../../seam/connection-backend.ts";

type Side = "local" | "remote";

/** Which description may be set when, as the W3C has it. Refusals are thrown, in words. */
export class SignalingMachine {
  #state: BackendSignalingState = "stable";
  #offeredBy: Side | null = null;
  readonly #isSet = { local: false, remote: false };

  /** Whether both descriptions are known well enough to look for a path. */
  get isDescribed(): boolean {
    return this.#isSet.local && this.#isSet.remote;
  }

  get hasRemote(): boolean {
    return this.#isSet.remote;
  }

  /** Whether this side made the offer. */
  get offers(): boolean {
    return this.#offeredBy === "local";
  }

  /** An offer of one's own may be made again before it is answered. */
  requireNoRemoteOffer(operation: string): void {
    if (this.#state !== "have-local-offer") this.#requireStable(operation);
  }

  #requireStable(operation: string): void {
    if (this.#state !== "stable") throw new Error(`${operation} in state ${this.#state}`);
  }

  /** The new state, or `null` if it stays. */
  setLocal(type: DescriptionType): BackendSignalingState | null {
    return this.#set("local", type);
  }

  setRemote(type: DescriptionType): BackendSignalingState | null {
    return this.#set("remote", type);
  }

  #set(side: Side, type: DescriptionType): BackendSignalingState | null {
    if (type === "offer") {
      if (this.#state !== `have-${side}-offer`) this.#requireStable(`an offer (${side})`);
      this.#offeredBy = side;
    } else if (type === "rollback") {
      if (this.#offeredBy === null || this.#state === "stable") throw new Error("there is nothing to take back");
      this.#isSet[this.#offeredBy] = false;
      this.#offeredBy = null;
      return this.#enter("stable");
    } else if (this.#offeredBy === null || this.#offeredBy === side || this.#state === "stable") {
      throw new Error(`no offer waits for a ${side} ${type} in state ${this.#state}`);
    }
    this.#isSet[side] = true;
    if (type === "answer") return this.#enter("stable");
    return this.#enter(type === "offer" ? `have-${side}-offer` : `have-${side}-pranswer`);
  }

  #enter(state: BackendSignalingState): BackendSignalingState | null {
    if (state === this.#state) return null;
    this.#state = state;
    return state;
  }
}
