/** What this machine's clock says whatever is done to the page's. Unit: ms since the epoch. */
export function trueNowMs(): number {
  return timeOrigin + monotonic();
}

const { timeOrigin } = performance;
const monotonic = performance.now.bind(performance);
const LONG_MS = 1_000;

/** How the page's clocks are wrong. */
export type ClockFault =
  /** The calendar is set, as a person does it. */
  | { readonly kind: "calendar"; readonly byMs: number }
  /** The monotonic clock is further from one moment to the next. */
  | { readonly kind: "leap"; readonly byMs: number }
  /** It stands still for so long, while the page runs on. */
  | { readonly kind: "stand"; readonly forMs: number }
  /** It does not count what the page does not live through: as where it stands still while a machine sleeps. */
  | { readonly kind: "sleeps" };

export function breakClock(fault: ClockFault): void {
  if (fault.kind === "calendar") setCalendar(fault.byMs);
  else if (fault.kind === "leap") performance.now = () => monotonic() + fault.byMs;
  else if (fault.kind === "stand") standStill(fault.forMs);
  else sleepWithThePage();
}

function setCalendar(byMs: number): void {
  const TrueDate = Date;
  globalThis.Date = class extends TrueDate {
    static override now(): number {
      return TrueDate.now() + byMs;
    }

    constructor(...given: readonly unknown[]) {
      super(...((given.length === 0 ? [TrueDate.now() + byMs] : given) as [number]));
    }
  } as DateConstructor;
}

function standStill(forMs: number): void {
  const sinceMs = monotonic();
  performance.now = () => Math.max(sinceMs, monotonic() - forMs);
}

function sleepWithThePage(): void {
  let lastMs = monotonic();
  let sleptMs = 0;
  performance.now = () => {
    const nowMs = monotonic();
    if (nowMs - lastMs > LONG_MS) sleptMs += nowMs - lastMs;
    lastMs = nowMs;
    return nowMs - sleptMs;
  };
}
