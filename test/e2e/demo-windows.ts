import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { launchChromium } from "../support/chromium.ts";
import { type RunningProgram, startDemoProcess } from "./demo-servers.ts";
import { DemoWindow, drawingFlags } from "./demo-window.ts";

/** The demo, for the tests of one file, and the windows that they open: after each test they are closed, and must have had no errors. */
export class DemoWindows {
  readonly #windows: DemoWindow[] = [];
  #browser: Browser | null = null;
  #demo: RunningProgram | null = null;

  /** `start`: starts the demo; by itself with a lobby server of its own. */
  constructor(start = (): Promise<RunningProgram> => startDemoProcess(null)) {
    beforeAll(async () => {
      [this.#browser, this.#demo] = await Promise.all([launchChromium(drawingFlags), start()]);
    });
    afterEach(async () => {
      const errors = this.#windows.flatMap((window) => window.errors);
      await Promise.all(this.#windows.splice(0).map((window) => window.close()));
      expect(errors, "errors on the pages").toEqual([]);
    });
    afterAll(async () => {
      await this.#browser?.close();
      await this.#demo?.kill();
    });
  }

  /** Those that are open. */
  get all(): readonly DemoWindow[] {
    return this.#windows;
  }

  /** The demo's address. */
  get url(): string {
    if (this.#demo === null) throw new Error("the demo is not running yet");
    return this.#demo.matched;
  }

  async open(name: string, search = "", size = { width: 360, height: 280 }, url = this.url): Promise<DemoWindow> {
    const window = await DemoWindow.open(this.#browser as Browser, url + search, name, size);
    return this.add(window);
  }

  /** One that came to be in another way. */
  add(window: DemoWindow): DemoWindow {
    this.#windows.push(window);
    return window;
  }
}
