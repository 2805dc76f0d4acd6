import { writeFileSync } from "node:fs";
import type { Comparison, Result } from "./result.ts";

const PLACE = new URL("../docs/images/session-throughput.svg", import.meta.url);
const NAMED = /^messages of (?<size>\d+ B), tickmesh to (?<rival>.+)$/;
const WIDTH = 720;
const LABELS = 190;
const BAR = 24;
const STEP = 34;
const TOP = 44;

/** Draws the messages a second of each side as bars, the fastest first, if the results have them. */
export function drawThroughput(results: readonly Result[]): void {
  const found = results.flatMap((result) => {
    const { size, rival } = NAMED.exec(result.name)?.groups ?? {};
    return size === undefined || rival === undefined || result.kind !== "comparison" ? [] : [{ size, rival, result }];
  });
  const [first] = found;
  if (first === undefined) return;
  const bars = found.map(({ rival, result }) => ({ label: nameOf(rival), rate: result.raw }));
  bars.push({ label: "tickmesh", rate: first.result.ours });
  writeFileSync(PLACE, chart(`Reliable messages of ${first.size} a second, two peers in one page`, bars, first.result));
}

function nameOf(rival: string): string {
  if (rival === "raw") return "RTCDataChannel";
  return rival === "packed" ? "packed by hand" : rival;
}

interface Bar {
  readonly label: string;
  readonly rate: number;
}

function chart(title: string, bars: readonly Bar[], { rounds }: Comparison): string {
  const sorted = bars.toSorted((a, b) => b.rate - a.rate);
  const most = sorted[0]?.rate ?? 1;
  const height = TOP + STEP * sorted.length + 8;
  const rows = sorted.map(({ label, rate }, index) => {
    const y = TOP + STEP * index;
    const length = Math.max(2, Math.round(((WIDTH - LABELS - 90) * rate) / most));
    const fill = label === "tickmesh" ? "#2f6feb" : "#9aa4b2";
    const middle = y + BAR / 2 + 5;
    return [
      `  <text x="${LABELS - 10}" y="${middle}" text-anchor="end">${label}</text>`,
      `  <rect x="${LABELS}" y="${y}" width="${length}" height="${BAR}" rx="3" fill="${fill}"/>`,
      `  <text x="${LABELS + length + 8}" y="${middle}">${Math.round(rate).toLocaleString("en")}</text>`,
    ].join("\n");
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img">
  <title>${title}: medians of ${rounds} rounds</title>
  <style>text { font: 14px system-ui, sans-serif; fill: #24292f } @media (prefers-color-scheme: dark) { text { fill: #d0d7de } }</style>
  <text x="8" y="24" font-weight="600">${title}</text>
${rows.join("\n")}
</svg>
`;
}
