import { setTimeout as pause } from "node:timers/promises";
import type { LabPeer, LabReport } from "./lab-game.ts";
import type { LabLobbies } from "./lab-lobbies.ts";
import type { LabPlayer } from "./lab-player.ts";

/** Two players in one lobby of their own. */
export class Meeting {
  readonly players: readonly [LabPlayer, LabPlayer];

  /** The first makes a lobby, the second joins it. Resolves once both have asked, connected or not. */
  static async begin({ url }: LabLobbies, players: readonly [LabPlayer, LabPlayer]): Promise<Meeting> {
    const [host, guest] = players;
    const code = await host.call("create", url, "lab/1");
    await guest.call("join", url, "lab/1", code);
    return new Meeting(players);
  }

  private constructor(players: readonly [LabPlayer, LabPlayer]) {
    this.players = players;
  }

  report(player: 0 | 1): Promise<LabReport> {
    return this.players[player].call("report");
  }

  /** Whether what a player knows of the other fulfils a condition before the time is over. */
  async until(player: 0 | 1, isSo: (peer: LabPeer, report: LabReport) => boolean, withinMs: number): Promise<boolean> {
    const deadline = performance.now() + withinMs;
    for (;;) {
      const report = await this.report(player);
      const peer = peerOf(report);
      if (peer !== undefined && isSo(peer, report)) return true;
      if (performance.now() > deadline) return false;
      await pause(50);
    }
  }

  /** The same of both. */
  async untilBoth(isSo: (peer: LabPeer, player: 0 | 1) => boolean, withinMs: number): Promise<boolean> {
    const both = ([0, 1] as const).map((player) => this.until(player, (peer) => isSo(peer, player), withinMs));
    return (await Promise.all(both)).every((was) => was);
  }

  async reports(): Promise<readonly [LabReport, LabReport]> {
    return Promise.all([this.report(0), this.report(1)]);
  }

  async end(): Promise<void> {
    await Promise.all(this.players.map((player) => player.call("leave")));
  }
}

/** What it knows of the other. */
export function peerOf({ peers }: LabReport): LabPeer | undefined {
  return Object.values(peers)[0];
}

/** The time of the first event with these first words, if there is one. */
export function timeOf({ events }: LabReport, words: string): number | undefined {
  return events.find(([, text]) => text.startsWith(words))?.[0];
}
