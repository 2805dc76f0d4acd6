import type { CDPSession, JSHandle, Page } from "playwright-core";
import type { BenchContext } from "./benchmark.ts";
import type { MeshRival } from "./page/broadcaster.ts";
import type { PlayCount, Player, Playing } from "./page/player.ts";

/** What one player's page did. */
export interface PlayerLoad extends PlayCount {
  /** Processor time of the page's main thread, all tasks together. Unit: ms. */
  readonly mainThreadMs: number;
}

/** Pages of one browser, one for each player of a mesh. */
export class MeshPages {
  readonly #pages: readonly Page[];
  readonly #tools: readonly CDPSession[];
  #meshes = 0;

  private constructor(pages: readonly Page[], tools: readonly CDPSession[]) {
    this.#pages = pages;
    this.#tools = tools;
  }

  static async open({ openPage }: BenchContext, size: number): Promise<MeshPages> {
    const pages: Page[] = [];
    for (let index = 0; index < size; index++) pages.push(await openPage());
    const tools = await Promise.all(pages.map((page) => page.context().newCDPSession(page)));
    // The thread's own time: on a busy machine, that of the clock holds what others do.
    for (const tool of tools) await tool.send("Performance.enable", { timeDomain: "threadTicks" });
    return new MeshPages(pages, tools);
  }

  /** Connects everybody, plays, and takes it all down. */
  async measure(rival: MeshRival, playing: Playing, warmUpMs: number, measureMs: number): Promise<PlayerLoad[]> {
    const mesh = `mesh-${this.#meshes++}`;
    const size = this.#pages.length;
    const players = await this.#each((page, index) =>
      page.evaluateHandle((place) => new window.bench.Player(place), { rival, mesh, index, size }),
    );
    try {
      await all(players, (player) => player.evaluate((one) => one.begin()));
      await all(players, (player) => player.evaluate((one, how) => one.play(how), playing));
      await pause(warmUpMs);
      const before = await all(players, (player, index) => this.#look(player, index));
      await pause(measureMs);
      const after = await all(players, (player, index) => this.#look(player, index));
      return after.map((look, index): PlayerLoad => since(before[index] as PlayerLoad, look));
    } finally {
      await all(players, (player) => player.evaluate((one) => one.pause()));
      await all(players, (player) => player.evaluate((one) => one.leave()));
    }
  }

  async close(): Promise<void> {
    await this.#each((page) => page.close());
  }

  #each<Answer>(work: (page: Page, index: number) => Promise<Answer>): Promise<Answer[]> {
    return Promise.all(this.#pages.map(work));
  }

  async #look(player: JSHandle<Player>, index: number): Promise<PlayerLoad> {
    const tools = this.#tools[index] as CDPSession;
    const { metrics } = await tools.send("Performance.getMetrics");
    const seconds = metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN;
    return { ...(await player.evaluate((one) => one.count())), mainThreadMs: 1_000 * seconds };
  }
}

function since(before: PlayerLoad, after: PlayerLoad): PlayerLoad {
  return {
    ticks: after.ticks - before.ticks,
    received: after.received - before.received,
    elapsedMs: after.elapsedMs - before.elapsedMs,
    mainThreadMs: after.mainThreadMs - before.mainThreadMs,
  };
}

function all<Item, Answer>(
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<Answer>,
): Promise<Answer[]> {
  return Promise.all(items.map(work));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
