import type { FaultRow } from "./suffer.ts";

/** Of a session, after the last byte; and of a host that is silent. Unit: ms. */
const SILENT_AFTER_MS = 3_000;

type Column = readonly [title: string, cell: (row: FaultRow) => string];

const WRONG: Column = [
  "Wrong",
  ({ lost, doubled, reordered, messages }) => (messages === 0 ? "" : `${lost + doubled + reordered} of ${messages}`),
];
const NEW_HOST: Column = ["New host", ({ newHostMs }) => seconds(newHostMs)];
const GAME_LOST: Column = ["Game lost", ({ stateLostMs }) => seconds(stateLostMs)];
const SAME_IDS: Column = ["Same ids", ({ sameIds }) => (sameIds ? "yes" : "**no**")];
const JOINED: Column = ["In by the code", ({ joinedMs }) => (joinedMs === null ? "never" : seconds(joinedMs))];
const WHOLE: Column = ["All well", ({ wholeMs }) => seconds(wholeMs)];

const OF_SERVERS: readonly Column[] = [
  ["Fault", ({ fault: { name } }) => name],
  ["During", ({ fault: { moment } }) => moment],
  ["Servers", ({ fault: { service } }) => service],
  ["Without a server", ({ serverAwayMs }) => seconds(serverAwayMs)],
  NEW_HOST,
  GAME_LOST,
  WRONG,
  SAME_IDS,
  JOINED,
  WHOLE,
];

const OF_PLAYERS: readonly Column[] = [
  ["Fault", ({ fault: { name } }) => name],
  ["Unstable", ({ unstableMs }) => seconds(unstableMs)],
  ["Gone", ({ goneMs }) => seconds(goneMs)],
  NEW_HOST,
  GAME_LOST,
  ["Two hosts", ({ bothActMs }) => seconds(bothActMs === 0 ? null : bothActMs)],
  WRONG,
  SAME_IDS,
  JOINED,
  WHOLE,
];

const isOfServers = ({ fault: { rule } }: FaultRow): boolean => rule === "F1" || rule === "F2" || rule === "F3";

/** The document, as Markdown. `loads`: of the machine, as each fault was over. */
export function faultsPage(rows: readonly FaultRow[], loads: readonly number[]): string {
  return `# Faults

What players notice when servers, browsers and clocks fail under their game: each in a Chromium of its own, with lobby servers and a Redis in
processes of their own, on one machine. Everybody sends everybody a numbered reliable message every 33 ms, one is host, and the others get
another when it goes. Made by \`npm run faults -- --write\`; what is done is said in \`test/faults/faults.ts\`, and the rules are F1 to F7 of
[behaviour.md](behaviour.md). Two processors, load ${loadsOf(loads)}.

Times are in seconds since the fault began, and of the slowest of those to whom nothing was done:

- Unstable, Gone: when they were told so of whom it happened to. The session says so 1 s and 8 s after the last byte.
- New host: when another host was heard to act. A host counts as gone after 3 s of silence.
- Game lost: how far back the new host's state was.
- Two hosts: how long two acted as host, each in its own eyes; nobody heeds them both.
- Wrong: messages lost, doubled or out of order, of all between those who were there at the end.
- In by the code: when somebody new, who asks every half second, was in the lobby.
- All well: when all who were left played under one host, and the lobby had the same one, or was known to be gone.

${figures(rows)}

## Servers

One server, with a key or without; or two with a key and a Redis, behind a load balancer. Set-up: a second player joins. Play: three play.
Migration: the host of three is killed at the same moment, and sits down again later.

${table(OF_SERVERS, rows.filter(isOfServers))}

## Players and clocks

Three play, four where two hosts are killed; one server, with a key. Who was killed comes back from another browser, once the others have let
it go or at once.

${table(
  OF_PLAYERS,
  rows.filter((row) => !isOfServers(row)),
)}

A page whose clock leaps lets go of nobody: it counts silence only while it is polled (S81 of [behaviour.md](behaviour.md)). A host whose clock
stands still tells nobody that it is there, nor gives its state to deputies: it is replaced.
`;
}

/** Of those who were killed. */
function figures(rows: readonly FaultRow[]): string {
  const kills = rows.filter(
    ({ fault: { rule, moment, isBackAtOnce } }) =>
      rule === "F5" || moment === "migration" || (rule === "F4" && isBackAtOnce !== true),
  );
  const of = (time: (row: FaultRow) => number | null): string => {
    const times = kills.flatMap((row) => time(row) ?? []).sort((one, other) => one - other);
    return `${seconds(times[times.length >> 1] ?? null)} s (at most ${seconds(times.at(-1) ?? null)} s)`;
  };
  const played = of(({ newHostMs }) => (newHostMs === null ? null : newHostMs - SILENT_AFTER_MS));
  return `In the ${kills.length} faults with a browser that was killed and did not come back at once, it was unstable after ${of(({ unstableMs }) => unstableMs)} and gone after
${of(({ goneMs }) => goneMs)}; the new host played ${played} after the old one counted as gone.`;
}

function table(columns: readonly Column[], rows: readonly FaultRow[]): string {
  return [
    `| ${columns.map(([title]) => title).join(" | ")} |`,
    `|${columns.map((_, index) => (index === 0 ? "---" : "--:")).join("|")}|`,
    ...rows.map((row) => `| ${columns.map(([, cell]) => cell(row)).join(" | ")} |`),
  ].join("\n");
}

function seconds(ms: number | null): string {
  return ms === null ? "" : (ms / 1_000).toFixed(2);
}

function loadsOf(loads: readonly number[]): string {
  const [least, most] = [Math.min(...loads), Math.max(...loads)].map((load) => load.toFixed(1));
  return `${least} to ${most}`;
}
