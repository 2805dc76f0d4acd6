/** Tests of duties that mean nothing where there is no ICE. */
export const NOT_OF_A_RELAY = [
  {
    rule: "B1 a configuration reaches what is below",
    reason: "no ICE server is asked, and the address is hidden in any case",
  },
  { rule: "B15", reason: "there is one path" },
] as const;

const SECTION = "the relay is announced as a candidate, too, of a section of its own";

/** Tests of duties in which a relay beside the direct way shows. */
export const NOT_BESIDE_A_RELAY = [
  { rule: "B1 a configuration reaches what is below", reason: SECTION },
  { rule: "B4 candidates come one by one", reason: SECTION },
] as const;

const OTHER_NATIVE =
  "native is the direct way's connection, which has nothing to wait for; the relayed backend passes it by itself";

const HALF = "each side has to name its half of the relay's line";

/** And while the relay carries. */
export const NOT_WHILE_RELAYED = [
  { rule: "B2 candidates handed over right after", reason: HALF },
  { rule: "B2 an answer applied right after the", reason: HALF },
  { rule: "B2 candidates that cannot be used, right", reason: HALF },
  { rule: "B12 a far side that never answers", reason: OTHER_NATIVE },
  {
    rule: "B15",
    reason: "there is one path as long as the relay carries: a restart searches for a direct one, rule Q9",
  },
] as const;
