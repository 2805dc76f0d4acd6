import type { Result } from "./result.ts";
import type { Estimate } from "./statistics.ts";

const HEAD = ["", "against", "measured", "", "ratio or difference", "against itself", "target"];

/** The results as lines for a terminal. */
export function table(results: readonly Result[]): string {
  const rows = [HEAD, ...results.map(row)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((cells) => (cells[column] ?? "").length)));
  const lines = rows.map((cells) => cells.map((cell, column) => padded(cell, widths[column] ?? 0, column)).join("  "));
  return lines.flatMap((line, i) => [line.trimEnd(), ...notes(results[i - 1])]).join("\n");
}

/** What else is known of a result, a line for each of its details. */
function notes(result: Result | undefined): string[] {
  return Object.entries(result?.details ?? {}).map(([name, detail]) => {
    const parts = Object.entries(detail).map(
      ([part, value]) => `${part} ${typeof value === "number" ? short(value) : value}`,
    );
    return `    ${name}: ${parts.join(", ")}`;
  });
}

function row(result: Result): string[] {
  const { target } = result;
  const verdict = target === null ? "" : `${target.isMet ? "met" : "MISSED"}: ${target.words}`;
  if (result.kind === "figure") {
    const interval = result.interval === undefined ? "" : range(result.interval);
    return [result.name, "", short(result.value), result.unit, interval, "", verdict];
  }
  const { name, raw, ours, unit, effect, nothing } = result;
  return [name, short(raw), short(ours), unit, withRange(effect), withRange(nothing), verdict];
}

function withRange(estimate: Estimate): string {
  return `${short(estimate.median)} ${range(estimate)}`;
}

function range({ low, high }: Estimate): string {
  return `[${short(low)}, ${short(high)}]`;
}

/** Three digits that mean something. */
function short(value: number): string {
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(3);
}

function padded(cell: string, width: number, column: number): string {
  return column === 1 || column === 2 ? cell.padStart(width) : cell.padEnd(width);
}
