import { readFileSync, writeFileSync } from "node:fs";
import type { machine } from "./machine.ts";
import type { Result } from "./result.ts";

interface Run {
  readonly machine: ReturnType<typeof machine>;
  readonly rounds: number;
  readonly results: readonly Result[];
}

/** The latest results. `parts`: where and with how many rounds those were found that are from a later run of one part. */
interface Latest extends Run {
  readonly parts?: Readonly<Record<string, Omit<Run, "results">>>;
}

const PLACE = new URL("latest.json", import.meta.url);

export function keepAll(run: Run): void {
  write(run);
}

/** Keeps what one part has found; the other parts' results stay. */
export function keepPart(part: string, { results, ...where }: Run): void {
  const latest = JSON.parse(readFileSync(PLACE, "utf8")) as Latest;
  const names = new Set(results.map(({ name }) => name));
  const others = latest.results.filter(({ name }) => !names.has(name));
  write({ ...latest, parts: { ...latest.parts, [part]: where }, results: [...others, ...results] });
}

function write(latest: Latest): void {
  writeFileSync(PLACE, `${JSON.stringify(latest, null, 2)}\n`);
}
