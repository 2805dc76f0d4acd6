import type { FaultRow } from "./faults.ts";
import { NETWORKS } from "./lab/site.ts";
import type { PathRow } from "./paths.ts";

/** The document, as Markdown. */
export function networksPage(paths: readonly PathRow[], faults: readonly FaultRow[]): string {
  return `# Real networks

What two players get who sit behind such routers, and what they notice when a network breaks under their game: each a Chromium of its own
in a network namespace of its own, behind a router of nftables' making, with a lobby server and coturn on what stands for the internet.
There is no latency but this machine's. Made by \`npm run nets\`; what the networks are is said in
\`test/nets/lab/site.ts\`, what is done to them in \`test/nets/faults.ts\`.

## Paths

How each pair came together, and how many ms after the second player asked to join, loading the lobby's client included. Who cannot be
reached directly goes by TURN, and where there is none by the lobby server, which gets its turn after a head start of 2 s.

With a TURN server:

${table(paths.filter(({ turn }) => turn))}

Without one:

${table(paths.filter(({ turn }) => !turn))}

## Faults

Both players send a reliable message every 33 ms, numbered. "Left": how often one of the two was told that the other has left. "Pause": the
longest time without a message, of either. "Wrong": messages lost, doubled or out of order. A session waits 8 s for a peer before it
is gone; who comes again afterwards begins anew.

| Fault | Path before | after | Left | Unstable | Pause | Wrong | Goes on |
|---|---|---|--:|--:|--:|--:|---|
${faults.map(line).join("\n")}
`;
}

function table(rows: readonly PathRow[]): string {
  const head = ["", ...NETWORKS];
  const cell = (one: string, other: string): string => {
    const row = rows.find(({ networks: [a, b] }) => a === one && b === other);
    if (row === undefined) return "";
    return row.path === null ? "**none**" : `${row.path} ${row.afterMs}`;
  };
  return [
    `| ${head.join(" | ")} |`,
    `|${head.map(() => "---").join("|")}|`,
    ...NETWORKS.map((one) => `| ${[one, ...NETWORKS.map((other) => cell(one, other))].join(" | ")} |`),
  ].join("\n");
}

function line({ fault, pathBefore, pathAfter, left, unstable, longestGapMs, wrong, recovered }: FaultRow): string {
  // Counted from when the players met: where they met twice, the pause between is not in it.
  const pause = left > 0 ? "gone" : `${longestGapMs} ms`;
  const cells = [fault, pathBefore, pathAfter, left, unstable, pause, wrong, recovered ? "yes" : "**no**"];
  return `| ${cells.join(" | ")} |`;
}
