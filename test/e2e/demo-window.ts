import type { Browser, BrowserContext, Page } from "playwright-core";
import type { PlayerId, Pose, RoundState } from "../../demo/game/types.ts";
import { windowOptions } from "../support/chromium.ts";
import { until } from "../support/until.ts";

/** Software WebGL: these windows are to draw wherever the tests run. */
export const drawingFlags = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"];

/** What `window.floe.state` gives (demo/debug-view.ts). */
export interface FloeState {
  readonly selfId: PlayerId;
  readonly hostId: PlayerId;
  readonly lobbyHostId: PlayerId;
  readonly code: string;
  readonly locked: boolean;
  readonly lobbyState: string;
  readonly members: readonly PlayerId[];
  readonly peers: readonly {
    readonly id: PlayerId;
    readonly name: string;
    readonly roundTripMs: number;
    readonly path: "direct" | "turn" | "relay" | "hub" | null;
    /** The hub it is reached through; 0: none. */
    readonly via: PlayerId;
    /** What it did wrong, and how often. */
    readonly faults: Readonly<Record<string, number>>;
  }[];
  readonly players: readonly {
    readonly id: PlayerId;
    readonly name: string;
    readonly colour: number;
    readonly pose: Pose | null;
  }[];
  readonly round: RoundState;
  /** In the air. */
  readonly bolts: number;
  readonly chat: readonly { readonly name: string; readonly text: string }[];
  readonly notices: readonly string[];
  readonly held: string | null;
  readonly counters: Readonly<Record<string, number>>;
}

const DEADLINE_MS = 60_000;
/** How often a page is asked: often enough, and not so often that asking slows it down. */
const ASK_EVERY_MS = 60;

/** One player's browser window, with storage of its own. */
export class DemoWindow {
  readonly name: string;
  readonly page: Page;
  readonly errors: string[] = [];
  readonly #context: BrowserContext;

  private constructor(name: string, context: BrowserContext, page: Page) {
    this.name = name;
    this.page = page;
    this.#context = context;
    page.on("pageerror", (error) => this.errors.push(`${name}: ${error.message}`));
    page.on("console", (message) => {
      if (message.text().includes("AudioContext")) this.errors.push(`${name}: ${message.text()}`);
    });
  }

  static async open(
    browser: Browser,
    url: string,
    name: string,
    viewport = { width: 360, height: 280 },
    deviceScaleFactor = 1,
    hasTouch = false,
  ): Promise<DemoWindow> {
    const screen = { viewport, deviceScaleFactor, hasTouch, isMobile: hasTouch };
    const context = await browser.newContext({ ...windowOptions, ...screen });
    await context.addInitScript(drawEverySecondFrame);
    const window = new DemoWindow(name, context, await context.newPage());
    await window.visit(url);
    return window;
  }

  async visit(url: string): Promise<void> {
    await this.page.goto(url);
    await this.page.fill("#player-name", this.name);
  }

  async createGame(name: string, password = "", isStar = false): Promise<FloeState> {
    await this.page.click(".join-bar .primary");
    await this.page.fill("dialog [name=lobby-name]", name);
    await this.page.fill("dialog [name=password]", password);
    if (isStar) await this.page.check("dialog [name=star]", { force: true });
    await this.page.click("dialog [type=submit]");
    return this.playing();
  }

  async joinByCode(code: string): Promise<FloeState> {
    await this.page.fill("[name=code]", code);
    await this.page.press("[name=code]", "Enter");
    return this.playing();
  }

  async leave(): Promise<void> {
    await this.page.click(".hud .leave");
    await this.page.waitForSelector(".lobby", { state: "visible" });
  }

  async say(text: string): Promise<void> {
    await this.page.keyboard.press("Enter");
    await this.page.fill("[name=chat]", text);
    await this.page.press("[name=chat]", "Enter");
  }

  /** Loads the page again, which goes on with the game by itself. */
  async reload(): Promise<FloeState> {
    await this.page.reload();
    return this.playing();
  }

  /** Another tab with a copy of what this one stores, as browsers make it. */
  async duplicate(): Promise<DemoWindow> {
    const opened = this.#context.waitForEvent("page");
    await this.page.evaluate(() => void window.open(location.href));
    return new DemoWindow(this.name, this.#context, await opened);
  }

  /** The renderer dies, and says nothing. */
  async crash(): Promise<void> {
    await this.page.goto("chrome://crash").catch(() => {});
  }

  /** What this window's list says of a player: `"connected"`, and in words. */
  async listed(id: PlayerId): Promise<{ readonly state: string | null; readonly words: string }> {
    const row = this.page.locator(`.player-list [data-peer="${id}"]`);
    const words = await row.locator(".state, .path").allTextContents();
    return { state: await row.getAttribute("data-state"), words: words.join(" ").trim() };
  }

  /** In a game, whatever the round is doing. */
  playing(): Promise<FloeState> {
    return this.sees("that it is in a game", () => true);
  }

  connectedTo(...ids: readonly PlayerId[]): Promise<FloeState> {
    return this.sees(`connections to ${ids.join(", ")}, and nobody else`, ({ peers }) => {
      return peers.length === ids.length && ids.every((id) => peers.some((peer) => peer.id === id));
    });
  }

  /** Waits until the page's state is as wanted. */
  sees(what: string, wanted: (state: FloeState) => boolean): Promise<FloeState> {
    let last: FloeState | null = null;
    const ask = async (): Promise<FloeState | null> => {
      last = await this.page.evaluate(() => {
        const { floe } = window as unknown as { readonly floe?: { readonly state: FloeState | null } };
        return floe?.state ?? null;
      });
      return last !== null && wanted(last) ? last : null;
    };
    return until(ask, { deadlineMs: DEADLINE_MS, everyMs: ASK_EVERY_MS, what: `${this.name} sees ${what}` }).catch(
      (error: Error) => {
        throw new Error(`${error.message}; last state: ${JSON.stringify(last)}`);
      },
    );
  }

  /** Where this page sees a player. */
  async poseOf(id: PlayerId): Promise<Pose> {
    const state = await this.sees(`where ${id} is`, ({ players }) => poseIn(players, id) !== null);
    return poseIn(state.players, id) as Pose;
  }

  /** The page does nothing at all for so long: no frame, no timer, no message. Resolves afterwards. */
  hang(ms: number): Promise<void> {
    return this.page.evaluate((span) => {
      const until = performance.now() + span;
      while (performance.now() < until);
    }, ms);
  }

  /** As if another tab lay over this one: no animation frames count any more. */
  async hide(): Promise<void> {
    await this.page.evaluate(() => {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => true });
      Object.defineProperty(document, "visibilityState", { configurable: true, get: () => "hidden" });
      window.requestAnimationFrame = () => 0;
      document.dispatchEvent(new Event("visibilitychange"));
    });
  }

  close(): Promise<void> {
    return this.#context.close();
  }
}

/** As on a screen of 30 Hz: software takes half a processor to draw one window 60 times a second. Runs in the page. */
function drawEverySecondFrame(): void {
  const request = window.requestAnimationFrame.bind(window);
  const cancel = window.cancelAnimationFrame.bind(window);
  const second = new Map<number, number>();
  window.requestAnimationFrame = (callback) => {
    const id = request(() => {
      const next = request((time) => {
        second.delete(id);
        callback(time);
      });
      second.set(id, next);
    });
    return id;
  };
  window.cancelAnimationFrame = (id) => {
    cancel(id);
    const next = second.get(id);
    if (next !== undefined) cancel(next);
    second.delete(id);
  };
}

export function poseIn(players: FloeState["players"], id: PlayerId): Pose | null {
  return players.find((player) => player.id === id)?.pose ?? null;
}
