import { diagnose } from "../base/diagnostics.ts";
import { isPageHidden, onVisibilityChange } from "../base/page-visibility.ts";
import { type Polled, PollList } from "./poll-list.ts";

export interface DriverOptions {
  /**
   * Makes the worker whose timer ticks while the page is hidden, where the page's own timers all but stop. It is asked for once, when
   * the page is hidden first:
   * `() => new Worker(new URL("tickmesh/driver-worker", import.meta.url), { type: "module" })`.
   * Without one, a hidden page polls when something has arrived, and about once a second.
   */
  readonly worker?: () => Worker;
  /** Time between two ticks where there are no animation frames: in a hidden page, in Node. Unit: ms, default 16. */
  readonly intervalMs?: number;
  /**
   * `"frames"` (default): every animation frame. `"wake"`: as soon as something has arrived, and every `intervalMs`, for programs
   * that have no frames, or that measure latency.
   */
  readonly mode?: "frames" | "wake";
}

/** What calls `poll`. */
export interface Driver {
  /** Adds to the end of the list, and takes over its `wake`, if it has one. Adding what is there already does nothing. */
  add(polled: Polled): void;
  remove(polled: Polled): void;
  start(): void;
  /** No poll happens after it; the worker is ended. `start` begins anew. */
  stop(): void;
}

const DEFAULT_INTERVAL_MS = 16;
/** For what only time makes due, in a hidden page without a worker: browsers allow no more there. */
const THROTTLED_INTERVAL_MS = 1_000;

/** Polls a list of things in order, once a tick, in visible and hidden pages and where there is no page at all. */
export function createDriver(options: DriverOptions = {}): Driver {
  return new PollingDriver(options);
}

class PollingDriver implements Driver {
  readonly #options: DriverOptions;
  readonly #intervalMs: number;
  readonly #polled = new PollList<Polled>(() => this.#woken());
  #worker: Worker | null = null;
  /** Undoes what makes it tick now; `null` while stopped. */
  #stopTicking: (() => void) | null = null;
  #unwatch: (() => void) | null = null;
  #running = false;
  #wakePending = false;
  /** The worker could not be loaded: as if there were none. */
  #workerFailed = false;

  constructor(options: DriverOptions) {
    this.#options = options;
    this.#intervalMs = options.intervalMs ?? DEFAULT_INTERVAL_MS;
  }

  add(polled: Polled): void {
    this.#polled.add(polled);
  }

  remove(polled: Polled): void {
    this.#polled.remove(polled);
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#unwatch = onVisibilityChange(() => this.#tickWhile(!isPageHidden()));
    this.#tickWhile(!isPageHidden());
  }

  stop(): void {
    this.#running = false;
    this.#unwatch?.();
    this.#unwatch = null;
    this.#stopTicking?.();
    this.#stopTicking = null;
    this.#worker?.terminate();
    this.#worker = null;
  }

  #tickWhile(visible: boolean): void {
    this.#stopTicking?.();
    if (visible && this.#options.mode !== "wake" && typeof requestAnimationFrame === "function") {
      this.#stopTicking = this.#tickByFrames();
    } else if (!visible && this.#options.worker !== undefined && !this.#workerFailed) {
      this.#stopTicking = this.#tickByWorker(this.#options.worker);
    } else {
      this.#stopTicking = this.#tickByTimer(visible ? this.#intervalMs : THROTTLED_INTERVAL_MS);
    }
    this.#tick();
  }

  #tickByFrames(): () => void {
    let frame = 0;
    const next = (): void => {
      frame = requestAnimationFrame(next);
      this.#tick();
    };
    frame = requestAnimationFrame(next);
    return () => cancelAnimationFrame(frame);
  }

  #tickByWorker(make: () => Worker): () => void {
    this.#worker ??= make();
    const worker = this.#worker;
    worker.onmessage = () => this.#tick();
    worker.onerror = ({ message }) => this.#giveUpWorker(message);
    worker.postMessage({ intervalMs: this.#intervalMs });
    return () => {
      worker.onmessage = null;
      worker.postMessage({ intervalMs: 0 });
    };
  }

  #giveUpWorker(reason: string | undefined): void {
    diagnose(
      `the driver's worker failed (${reason || "it could not be loaded"}): hidden, the page polls on wake alone`,
    );
    this.#workerFailed = true;
    this.#worker?.terminate();
    this.#worker = null;
    if (this.#running) this.#tickWhile(!isPageHidden());
  }

  #tickByTimer(intervalMs: number): () => void {
    const timer = setInterval(() => this.#tick(), intervalMs);
    return () => clearInterval(timer);
  }

  /** Frames and workers tick by themselves; otherwise one poll follows when the task in which things arrived is over. */
  #woken(): void {
    if (this.#wakePending || !this.#running || !this.#pollsOnWake()) return;
    this.#wakePending = true;
    queueMicrotask(() => {
      this.#wakePending = false;
      if (this.#running) this.#tick();
    });
  }

  #pollsOnWake(): boolean {
    return this.#options.mode === "wake" || (isPageHidden() && this.#worker === null);
  }

  /** Whoever was removed, or has stopped the driver, during this very tick is not polled any more. */
  #tick(): void {
    this.#polled.each(
      (polled) => polled.poll(),
      () => this.#running,
    );
  }
}
