import { FAULT_NAMES, type FaultRow } from "./faults.ts";
import type { Seat } from "./lab/lab-player.ts";
import { NETWORKS, type Network } from "./lab/site.ts";
import type { PathRow } from "./paths.ts";

/** What the networks are, for who reads of them. */
const MEANINGS: Readonly<Record<Network, string>> = {
  open: "a public address, no router: a server, some schools and universities",
  "address-restricted": "a router that lets in whatever comes from an address that was spoken to",
  "port-restricted": "a router that lets in answers alone: most homes",
  symmetric: "a router that takes another port for each destination: many offices and mobile networks",
  "udp-blocked": "as port-restricted, and no UDP at all: some offices and hotels",
  "lossy-2": "as port-restricted, and 2 % of all UDP packets are lost, each way",
  "lossy-10": "the same with 10 %",
};

/** The document, as Markdown. */
export function networksPage(paths: readonly PathRow[], faults: readonly FaultRow[]): string {
  const tables = (one: Seat["runtime"], other: Seat["runtime"]): string =>
    [true, false]
      .map((turn) => {
        const rows = paths.filter(
          (row) => row.turn === turn && row.seats[0].runtime === one && row.seats[1].runtime === other,
        );
        return `${turn ? "With" : "Without"} a TURN server:\n\n${table(rows, one === other ? "" : `${one} ↓ ${other} →`)}`;
      })
      .join("\n\n");
  return `# Real networks

What two players get who sit behind such routers, and what they notice when a network breaks under their game: each a Chromium or a Node
process of its own, in a network namespace of its own, behind a router of nftables' making, with the lobby server and coturn on what stands
for the internet. There is no latency but this machine's. Made by \`npm run nets\`.

| Network | What it is |
|---|---|
${NETWORKS.map((network) => `| ${network} | ${MEANINGS[network]} |`).join("\n")}

## Paths

How each pair came together, and how many ms after the second player, that of the column, asked to join; its way into the lobby is in that.
Who cannot be reached directly goes by TURN (\`turn\`), and where there is no way by that, by the lobby server (\`relay\`), which gets its
turn after a head start of 2 s. "then" tells of a pair that began on one path and moved to a better one within seconds: relayed pairs go
on searching for one. On lossy networks it is chance which of several paths answers first.

### Chromium and Chromium

${tables("Chromium", "Chromium")}

### Node and Chromium

A Node without UDP goes by the lobby server even where there is TURN, and so does a Chromium without UDP that meets a Node:
[backends.md](backends.md#node) says why.

${tables("Node", "Chromium")}

### Node and Node

${tables("Node", "Node")}

## Faults

Both players send a reliable message every 33 ms, numbered; the fault happens to the first. They are two Chromiums, or, where it says so, a
Node and a Chromium. "Unstable", "Left": how often one of the two was told that the other is silent, or has left. "Pause": the longest time
without a message, of either. "Wrong": messages lost, doubled or out of order. "Goes on": both heard the other again. A session waits 8 s
for a peer before it is gone; who comes again afterwards begins anew.

Whose address changes has a socket to the lobby server that hangs, and nothing can be arranged before it has another. Chromium mostly
notices that after a second by itself; a Node, and a Chromium that does not, asks the server when a connection is to be mended, and gives
the socket up 2 s later.

| Fault | Path before | after | Left | Unstable | Pause | Wrong | Goes on |
|---|---|---|--:|--:|--:|--:|---|
${FAULT_NAMES.flatMap((name) => faults.filter(({ fault }) => fault === name).map(line)).join("\n")}
`;
}

function table(rows: readonly PathRow[], corner: string): string {
  const head = [corner, ...NETWORKS];
  const cell = (one: string, other: string): string => {
    const row = rows.find(({ seats }) => seats[0].network === one && seats[1].network === other);
    if (row === undefined) return "";
    const { paths, firstPath, afterMs } = row;
    const path = paths[1];
    if (path === null) return "**none**";
    return path === firstPath ? `${path} ${afterMs}` : `${firstPath} ${afterMs}, then ${path}`;
  };
  return [
    `| ${head.join(" | ")} |`,
    `|${head.map(() => "---").join("|")}|`,
    ...NETWORKS.map((one) => `| ${[`**${one}**`, ...NETWORKS.map((other) => cell(one, other))].join(" | ")} |`),
  ].join("\n");
}

function line({ fault, pathBefore, pathAfter, left, unstable, longestGapMs, wrong, recovered }: FaultRow): string {
  // Counted from when the players met: where they met twice, the pause between is not in it.
  const pause = left > 0 ? "gone" : `${longestGapMs} ms`;
  const cells = [fault, pathBefore, pathAfter, left, unstable, pause, wrong, recovered ? "yes" : "**no**"];
  return `| ${cells.join(" | ")} |`;
}
