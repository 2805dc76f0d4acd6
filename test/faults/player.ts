import type { Page } from "playwright-core";
import type { Seat } from "../../src/lobby/index.ts";
import type { BrowserProcess } from "../support/browser-process.ts";
import type { ClockFault } from "./page/clocks.ts";
import type { PlayerReport } from "./page/player-report.ts";

/** One player: a page in a browser of its own. */
export class Player {
  readonly browser: BrowserProcess;
  readonly page: Page;

  constructor(browser: BrowserProcess, page: Page) {
    this.browser = browser;
    this.page = page;
  }

  get isAlive(): boolean {
    return this.browser.isAlive;
  }

  /** Its browser's processes end at once, and say nothing. */
  async kill(): Promise<void> {
    const gone = this.page.context().browser();
    const ended = new Promise<void>((resolve) => void gone?.once("disconnected", () => resolve()));
    this.browser.kill();
    await ended;
  }

  create(url: string): Promise<string> {
    return this.page.evaluate((at) => window.faultPlayer.create(at), url);
  }

  /** Gives why the player was not let in, or an empty text. */
  join(url: string, code: string): Promise<string> {
    return this.page.evaluate(([at, lobby]) => window.faultPlayer.join(at, lobby), [url, code] as const);
  }

  comeBack(url: string, seat: Seat): Promise<string> {
    return this.page.evaluate(([at, place]) => window.faultPlayer.comeBack(at, place), [url, seat] as const);
  }

  breakClock(fault: ClockFault): Promise<void> {
    return this.page.evaluate((how) => window.faultPlayer.breakClock(how), fault);
  }

  stopCounting(): Promise<void> {
    return this.page.evaluate(() => window.faultPlayer.stopCounting());
  }

  report(): Promise<PlayerReport> {
    return this.page.evaluate(() => window.faultPlayer.report());
  }
}
