/** What takes its turn in a round. `again` is raw once more: what differs between it and `raw` is noise. */
type Turn = "raw" | "ours" | "again";

export type Turns<Result> = Record<Turn, Result[]>;

/** Every order once in six rounds, so that no side is favoured by who ran before it. */
const ORDERS: readonly (readonly Turn[])[] = [
  ["raw", "ours", "again"],
  ["again", "ours", "raw"],
  ["ours", "raw", "again"],
  ["again", "raw", "ours"],
  ["raw", "again", "ours"],
  ["ours", "again", "raw"],
];

/** Measures raw, ours and raw again, in turn, `rounds` times. */
export async function inTurn<Result>(
  rounds: number,
  measure: (side: "raw" | "ours") => Promise<Result>,
): Promise<Turns<Result>> {
  const turns: Turns<Result> = { raw: [], ours: [], again: [] };
  for (let round = 0; round < rounds; round++) {
    for (const turn of ORDERS[round % ORDERS.length] as readonly Turn[]) {
      turns[turn].push(await measure(turn === "ours" ? "ours" : "raw"));
    }
  }
  return turns;
}

/** Measures each of several sides once a round, in turn, `rounds` times, and starts with another one each time. */
export async function inRotation<Side extends string, Result>(
  rounds: number,
  sides: readonly Side[],
  measure: (side: Side) => Promise<Result>,
): Promise<Record<Side, Result[]>> {
  const results = Object.fromEntries(sides.map((side) => [side, []])) as unknown as Record<Side, Result[]>;
  for (let round = 0; round < rounds; round++) {
    const first = round % sides.length;
    const order = [...sides.slice(first), ...sides.slice(0, first)];
    // Backwards in every other lap, so that none always comes after the same one.
    if (Math.floor(round / sides.length) % 2 === 1) order.reverse();
    for (const side of order) results[side].push(await measure(side));
  }
  return results;
}
