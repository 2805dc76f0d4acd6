import type { FaultRow } from "./suffer.ts";

/** Of two who act as host, each in its own eyes. Unit: ms. */
const BOTH_ACT_MS = 3_000;

/** What a row has that no fault may bring about. */
export function wrongOf(row: FaultRow): string[] {
  const { lost, doubled, reordered, mistakes, sameIds, refusals, joinedMs, bothActMs } = row;
  const { endsLobby = false } = row.fault;
  const expected = endsLobby ? ["the newcomer: unknown-code"] : [];
  const said: readonly (readonly [boolean, string])[] = [
    [lost + doubled + reordered > 0, `${lost} messages lost, ${doubled} doubled, ${reordered} out of order`],
    [mistakes > 0, `${mistakes} times somebody left who was not away for long`],
    [!sameIds, "somebody is not who it was"],
    [bothActMs > BOTH_ACT_MS, `two acted as host for ${bothActMs} ms`],
    [refusals.join() !== expected.join(), `refused: ${refusals.join(", ") || "nobody"}`],
    [(joinedMs === null) !== endsLobby, joinedMs === null ? "nobody could join" : "somebody joined what had ended"],
  ];
  return said.flatMap(([isSo, words]) => (isSo ? [words] : []));
}
