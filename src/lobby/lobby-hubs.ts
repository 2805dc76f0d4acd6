import { checkHubs } from "../signalling/hubs.ts";
import type { MeshConnector } from "../signalling/mesh-connector.ts";
import type { LobbyFacts } from "./lobby-facts.ts";
import type { LobbyState } from "./lobby-parts.ts";

/** Keeps a star's connector told of its hubs: those that the game has set and that are there, or else the host. */
export class LobbyHubs {
  readonly #connector: MeshConnector;
  readonly #facts: LobbyFacts;
  #wanted: readonly number[] = [];

  constructor(connector: MeshConnector, facts: LobbyFacts) {
    this.#connector = connector;
    this.#facts = facts;
  }

  /** Those of whom the connector was told. */
  get ids(): readonly number[] | null {
    return this.#connector.hubs;
  }

  /** Throws a `TickmeshError`: `invalid-options`. */
  set(ids: readonly number[], state: LobbyState): void {
    this.#wanted = checkHubs(ids);
    this.review(state);
  }

  /** Somebody came or left, or there is another host, or the server is lost or back. */
  review(state: LobbyState): void {
    const { hostId, members } = this.#facts;
    // Who is there is not known without the server.
    const present = state === "open" ? this.#wanted.filter((id) => members.has(id)) : this.#wanted;
    if (present.length > 0) this.#connector.setHubs(present);
    else if (hostId !== 0) this.#connector.setHubs([hostId]);
  }
}
