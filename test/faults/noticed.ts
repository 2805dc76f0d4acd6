import { type PlayerEvent, type PlayerReport, TICK_MS } from "./page/player-report.ts";
import type { Absence } from "./scene.ts";

/** What those noticed to whom nothing was done. Unit: ms; the longest of all; `null`: nothing of that kind. */
export interface Noticed {
  /** From when somebody was killed, or stood still, until all others knew it to be unstable. */
  readonly unstableMs: number | null;
  /** Until it had left, for all. */
  readonly goneMs: number | null;
  /** Without the lobby's server. */
  readonly serverAwayMs: number | null;
  /** From when a host was killed, or stood still, until all others heard another act. */
  readonly newHostMs: number | null;
  /** Of the game, what the last such change cost: so much that was played had to be played again. */
  readonly stateLostMs: number | null;
  /** Two acted as host at a time, each in its own eyes. */
  readonly bothActMs: number;
  /** How often one was told that another is unstable to whom nothing was done; or that one has left who was away for less than 8 s. */
  readonly alarms: number;
  readonly mistakes: number;
}

/** `reports`: of those who were there before and are so still. */
export function noticed(reports: readonly PlayerReport[], absences: readonly Absence[], beganMs: number): Noticed {
  const absent = new Set(absences.map(({ id }) => id));
  const others = reports.filter(({ id }) => !absent.has(id));
  const isLetGo = new Set(absences.flatMap((each) => (each.isLetGo ? [each.id] : [])));
  const present = reports.filter(({ id }) => !isLetGo.has(id));
  const since = present.flatMap(({ events }) =>
    events.filter(({ id, atMs }) => atMs >= beganMs && present.some((other) => other.id === id)),
  );
  const after = (name: string): number | null =>
    longest(absences.flatMap(({ id, sinceMs }) => others.map((each) => firstMs(each, name, id, sinceMs))));
  const deposed = absences.findLast(({ wasHost }) => wasHost);
  const reigns = others.flatMap((each) => {
    const next = each.reigns.find(
      ({ hostId, sinceMs }) => sinceMs > (deposed?.sinceMs ?? beganMs) && hostId !== deposed?.id,
    );
    return next === undefined ? [] : [next];
  });
  return {
    unstableMs: after("unstable"),
    goneMs: after("left"),
    serverAwayMs: longest(others.map(({ events }) => serverAway(events, beganMs))),
    newHostMs: deposed === undefined ? null : longest(reigns.map(({ sinceMs }) => sinceMs - deposed.sinceMs)),
    stateLostMs:
      deposed === undefined
        ? null
        : longest(reigns.map(({ firstStep, stepBefore }) => Math.max(0, stepBefore - firstStep + 1) * TICK_MS)),
    bothActMs: bothAct(reports),
    alarms: since.filter(({ name, id }) => name === "unstable" && !absent.has(id)).length,
    mistakes: since.filter(({ name }) => name === "left").length,
  };
}

function firstMs({ events }: PlayerReport, name: string, id: number, sinceMs: number): number | null {
  const event = events.find((each) => each.name === name && each.id === id && each.atMs >= sinceMs);
  return event === undefined ? null : event.atMs - sinceMs;
}

function serverAway(events: readonly PlayerEvent[], beganMs: number): number | null {
  const lost = events.find(({ name, atMs }) => name === "server lost" && atMs >= beganMs);
  const back = events.findLast(({ name }) => name === "server back" || name === "lobby gone");
  return lost === undefined || back === undefined ? null : back.atMs - lost.atMs;
}

function bothAct(reports: readonly PlayerReport[]): number {
  const spans = reports.flatMap(({ id, acted }) => acted.map(([fromMs, toMs]) => ({ id, fromMs, toMs })));
  const overlaps = spans.flatMap((one) =>
    spans.map((other) =>
      one.id === other.id ? 0 : Math.min(one.toMs, other.toMs) - Math.max(one.fromMs, other.fromMs),
    ),
  );
  return Math.max(0, ...overlaps);
}

function longest(times: readonly (number | null)[]): number | null {
  const known = times.filter((each) => each !== null);
  return known.length === 0 ? null : Math.max(...known);
}
