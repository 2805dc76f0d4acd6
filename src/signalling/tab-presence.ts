import { TabLimits } from "./tab-limits.ts";

interface Tab {
  readonly token: string;
  heardAtMs: number;
  probes: number;
}

/** Who is there, between tabs: judged by what is heard, and by what stays unanswered. */
export class TabPresence {
  readonly #tabs = new Map<number, Tab>();
  #probedAtMs = Number.NEGATIVE_INFINITY;

  /** Notes a sign of life. `"unknown"`: the group is full, or the id belongs to another tab that is still there. */
  hear(id: number, token: string, nowMs: number): "new" | "known" | "unknown" {
    const tab = this.#tabs.get(id);
    if (tab === undefined) {
      if (this.#tabs.size >= TabLimits.members) return "unknown";
      this.#tabs.set(id, { token, heardAtMs: nowMs, probes: 0 });
      return "new";
    }
    if (tab.token !== token) {
      // Perhaps it crashed and came back: the next probes will tell.
      tab.heardAtMs = Number.NEGATIVE_INFINITY;
      return "unknown";
    }
    tab.heardAtMs = nowMs;
    tab.probes = 0;
    return "known";
  }

  has(id: number): boolean {
    return this.#tabs.has(id);
  }

  /** Whether it was there. */
  remove(id: number, token: string): boolean {
    return this.#tabs.get(id)?.token === token && this.#tabs.delete(id);
  }

  clear(): void {
    this.#tabs.clear();
  }

  /** Looks for silence. Removes and tells who is lost; returns whether the silent ones should be asked now. */
  review(nowMs: number, lose: (id: number) => void): boolean {
    if (nowMs - this.#probedAtMs < TabLimits.probePauseMs) return false;
    let anySilent = false;
    for (const [id, tab] of this.#tabs) {
      if (nowMs - tab.heardAtMs < TabLimits.silenceMs) continue;
      if (tab.probes >= TabLimits.probes) {
        this.#tabs.delete(id);
        lose(id);
      } else {
        tab.probes += 1;
        anySilent = true;
      }
    }
    if (anySilent) this.#probedAtMs = nowMs;
    return anySilent;
  }
}
