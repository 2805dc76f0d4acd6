/**
 * Connects players on all pairs of networks, and tells which path each pair got, and after how long. Prints a line of JSON for each.
 * Needs root, iproute2, nftables, coturn and a Chromium.
 */
import { parseArgs } from "node:util";
import { Lab, type LabPlayerWindow } from "./lab/lab.ts";
import { Meeting, timeOf } from "./lab/meeting.ts";
import { NETWORKS, type Network } from "./lab/site.ts";
import { enterNamespace } from "./namespace.ts";

/** How two players on such networks came together. */
export interface PathRow {
  readonly networks: readonly [Network, Network];
  /** Whether there was a TURN server. */
  readonly turn: boolean;
  /** `null`: they did not. */
  readonly path: string | null;
  /** From the second player's `join` until each had the other. Unit: ms. */
  readonly afterMs: number;
}

const options = { "no-turn": { type: "boolean", default: false }, only: { type: "string" } } as const;
const { values } = parseArgs({ options });
const turn = !values["no-turn"];
const pairs = values.only?.split(",").map((pair) => pair.split("+") as [Network, Network]) ?? allPairs();

enterNamespace();
const lab = await Lab.open({ turn });
try {
  const windows = new Map<string, LabPlayerWindow>();
  const windowOf = async (network: Network, side: number): Promise<LabPlayerWindow> => {
    const known = windows.get(`${network} ${side}`) ?? (await lab.player(network));
    windows.set(`${network} ${side}`, known);
    return known;
  };
  for (const networks of pairs) {
    const players = [await windowOf(networks[0], 0), await windowOf(networks[1], 1)] as const;
    const meeting = await Meeting.begin(lab, players);
    const report = await meeting.until(1, ({ path }) => path !== null);
    const [peer] = Object.values(report?.peers ?? {});
    const afterMs = report === null ? 0 : (timeOf(report, "joined") ?? 0) - report.askedMs;
    const row: PathRow = { networks, turn, path: peer?.path ?? null, afterMs };
    console.log(JSON.stringify(row));
    await meeting.end();
  }
} finally {
  await lab.close();
}

function allPairs(): [Network, Network][] {
  return NETWORKS.flatMap((one, index) => NETWORKS.slice(index).map((other): [Network, Network] => [one, other]));
}
