import type { Lobby, LobbyEvents } from "../../src/lobby/index.ts";
import { until } from "./until.ts";

const eventNames = [
  "memberJoined",
  "memberLeft",
  "hostChanged",
  "lockChanged",
  "metadataChanged",
  "profileChanged",
  "kicked",
  "removed",
  "serverLost",
  "serverBack",
  "lobbyGone",
  "notDone",
] as const satisfies readonly (keyof LobbyEvents)[];

/** A lobby, and its events in order, as `[name, ...arguments]`. */
export class WatchedLobby {
  readonly lobby: Lobby;
  readonly events: unknown[][] = [];

  constructor(lobby: Lobby) {
    this.lobby = lobby;
    for (const name of eventNames) lobby.on(name, (...args: unknown[]) => void this.events.push([name, ...args]));
  }

  get id(): number {
    return this.lobby.localId;
  }

  named(name: keyof LobbyEvents): unknown[][] {
    return this.events.filter((event) => event[0] === name);
  }

  /** Polls until an event comes that begins with these arguments. */
  hears(name: keyof LobbyEvents, ...args: unknown[]): Promise<unknown> {
    const wanted = JSON.stringify([name, ...args]).slice(0, -1);
    return until(() => this.events.some((event) => JSON.stringify(event).startsWith(wanted)), {
      step: () => this.lobby.poll(),
      what: `${wanted}]; heard ${JSON.stringify(this.events)}`,
    });
  }
}
