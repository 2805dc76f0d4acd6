import { setTimeout as pause } from "node:timers/promises";
import type { Lab, LabPlayerWindow } from "./lab.ts";
import type { LabPeer, LabReport } from "./player-page.ts";

/** Two players in one lobby of their own. */
export class Meeting {
  readonly players: readonly [LabPlayerWindow, LabPlayerWindow];

  /** Fresh pages: the first makes a lobby, the second joins it. Resolves once both have asked, connected or not. */
  static async begin(lab: Lab, players: readonly [LabPlayerWindow, LabPlayerWindow]): Promise<Meeting> {
    await Promise.all(players.map((player) => lab.reload(player)));
    const { url } = lab;
    const [host, guest] = players;
    const code = await host.page.evaluate((at) => window.labPlayer.create(at, "lab/1"), url);
    await guest.page.evaluate(([at, lobby]) => window.labPlayer.join(at, "lab/1", lobby), [url, code] as const);
    return new Meeting(players);
  }

  private constructor(players: readonly [LabPlayerWindow, LabPlayerWindow]) {
    this.players = players;
  }

  report(player: 0 | 1): Promise<LabReport> {
    return this.players[player].page.evaluate(() => window.labPlayer.report());
  }

  /** What a player knows of the other, as soon as that fulfils a condition; `null` if it does not in time. */
  async until(
    player: 0 | 1,
    isSo: (peer: LabPeer, report: LabReport) => boolean,
    withinMs = 30_000,
  ): Promise<LabReport | null> {
    const deadline = performance.now() + withinMs;
    for (;;) {
      const report = await this.report(player);
      const [peer] = Object.values(report.peers);
      if (peer !== undefined && isSo(peer, report)) return report;
      if (performance.now() > deadline) return null;
      await pause(50);
    }
  }

  async end(): Promise<void> {
    for (const { page } of this.players) await page.evaluate(() => window.labPlayer.leave());
  }
}

/** The time of the first event with these first words, if there is one. */
export function timeOf({ events }: LabReport, words: string, fromMs = 0): number | undefined {
  return events.find(([ms, text]) => ms >= fromMs && text.startsWith(words))?.[0];
}
