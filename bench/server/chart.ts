import { writeFileSync } from "node:fs";
import type { Comparison, Result } from "../result.ts";

const PLACE = new URL("../../docs/images/server-load.svg", import.meta.url);
const GROUPS = [
  { name: "joins", title: "joins a second: more is better" },
  { name: "signalling messages", title: "signalling messages a second: more is better" },
  { name: "processor time of a connected pair", title: "processor time of a connected pair, µs: less is better" },
  { name: "memory of a client", title: "memory of a client, kB: less is better" },
] as const;
const WIDTH = 720;
const LABELS = 190;
const BAR = 20;
const STEP = 26;
const HEAD = 34;
const GROUP = HEAD + 3 * STEP + 10;

/** Draws the three servers side by side, if the results have them all. */
export function drawServers(results: readonly Result[]): void {
  const found = GROUPS.map(({ name, title }) => {
    const to = (rival: string): Comparison | undefined =>
      results.find(
        (result): result is Comparison =>
          result.kind === "comparison" && result.name === `server: ${name}, tickmesh to ${rival}`,
      );
    return { title, colyseus: to("Colyseus"), peerJs: to("PeerJS") };
  });
  const groups = found.map(({ title, colyseus, peerJs }, at) =>
    colyseus === undefined || peerJs === undefined ? null : group(title, colyseus, peerJs, 40 + at * GROUP),
  );
  if (groups.includes(null)) return;
  const height = 40 + GROUPS.length * GROUP;
  const rounds = found[0]?.colyseus?.rounds ?? 0;
  writeFileSync(
    PLACE,
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img">
  <title>The lobby server beside PeerJS' and a bare Colyseus room: medians of ${rounds} rounds</title>
  <style>text { font: 14px system-ui, sans-serif; fill: #24292f } @media (prefers-color-scheme: dark) { text { fill: #d0d7de } }</style>
  <text x="8" y="24" font-weight="600">The lobby server, PeerJS' server and a bare Colyseus room, one process each</text>
${groups.join("\n")}
</svg>
`,
  );
}

function group(title: string, colyseus: Comparison, peerJs: Comparison, top: number): string {
  const bars = [
    { label: "tickmesh", value: colyseus.ours },
    { label: "bare Colyseus room", value: colyseus.raw },
    { label: "PeerJS", value: peerJs.raw },
  ];
  const most = Math.max(...bars.map(({ value }) => value));
  const rows = bars.map(({ label, value }, at) => {
    const y = top + HEAD + STEP * at;
    const length = Math.max(2, Math.round(((WIDTH - LABELS - 90) * value) / most));
    const fill = label === "tickmesh" ? "#2f6feb" : "#9aa4b2";
    const shown = value < 100 ? value.toPrecision(3) : Math.round(value).toLocaleString("en");
    return [
      `  <text x="${LABELS - 10}" y="${y + 15}" text-anchor="end">${label}</text>`,
      `  <rect x="${LABELS}" y="${y}" width="${length}" height="${BAR}" rx="3" fill="${fill}"/>`,
      `  <text x="${LABELS + length + 8}" y="${y + 15}">${shown}</text>`,
    ].join("\n");
  });
  return [`  <text x="8" y="${top + 22}">${title}</text>`, ...rows].join("\n");
}
