/**
 * `npm test`: the static checks, then every test, then one line with the counts; a static check counts as one test.
 * With arguments, `npm test -- --project unit lobby`, they go to vitest, and the static checks are left out.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly title: string; readonly status: string }[];
  }[];
}

const root = fileURLToPath(new URL("..", import.meta.url));
const cache = join(root, "node_modules/.cache/tickmesh");
const reportFile = join(cache, "vitest.json");
const path = [join(root, "node_modules/.bin"), process.env["PATH"]].join(delimiter);
const started = performance.now();
const failures: string[] = [];
/** Titles of what could not run here, for want of a tool: told, and counted as neither passed nor failed. */
const notRun: string[] = [];
let passed = 0;
let failed = 0;

function run(command: string, stdio: "inherit" | "pipe"): { readonly ok: boolean; readonly output: string } {
  const environment = { ...process.env, PATH: path };
  const result = spawnSync(command, { cwd: root, shell: true, stdio: ["ignore", stdio, stdio], env: environment });
  return { ok: result.status === 0, output: `${result.stdout ?? ""}${result.stderr ?? ""}` };
}

function say(title: string): void {
  console.log(`\n── ${title} ${"─".repeat(Math.max(3, 70 - title.length))}`);
}

function staticCheck(title: string, command: string): void {
  const since = performance.now();
  const { ok, output } = run(command, "pipe");
  if (ok) passed += 1;
  else failed += 1;
  if (!ok) failures.push(title);
  if (!ok) say(title);
  console.log(ok ? `✓ ${title} (${seconds(since)})` : `${output}✗ ${title}: ${command}`);
}

function vitest(args: readonly string[]): void {
  rmSync(reportFile, { force: true });
  const reporters = `--reporter=default --reporter=json --outputFile.json="${reportFile}"`;
  const { ok } = run(`vitest run ${reporters} ${args.map((arg) => JSON.stringify(arg)).join(" ")}`, "inherit");
  const report = readReport();
  const missed = report.testResults
    .flatMap((file) => file.assertionResults)
    .filter(({ title, status }) => title.startsWith("NOT RUN: ") && status === "passed");
  notRun.push(...missed.map(({ title }) => title));
  passed += report.numPassedTests - missed.length;
  failed += report.numFailedTests;
  // A file that could not be loaded has no tests that could fail, and an error outside of tests belongs to none.
  const unloaded = report.testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0);
  failed += unloaded.length;
  if (!ok && report.numFailedTests + unloaded.length === 0) failed += 1;
  if (!ok) failures.push("tests");
}

function readReport(): VitestReport {
  try {
    return JSON.parse(readFileSync(reportFile, "utf8")) as VitestReport;
  } catch {
    return { numPassedTests: 0, numFailedTests: 0, testResults: [] };
  }
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1_000).toFixed(1)} s`;
}

mkdirSync(cache, { recursive: true });
const args = process.argv.slice(2);
if (args.length === 0) {
  say("static checks");
  staticCheck("format and lint", "biome ci --error-on-warnings --colors=off .");
  staticCheck("types", "tsc --noEmit --pretty false");
  staticCheck("layers", "depcruise src demo --config .dependency-cruiser.cjs --output-type err");
  staticCheck("unused files, exports and packages", "knip --no-progress --treat-config-hints-as-errors");
}
say("tests");
vitest(args);

say("summary");
for (const title of notRun) console.log(title);
if (failures.length > 0) console.log(`failed: ${failures.join(", ")}`);
console.log(`took ${seconds(started)}`);
const counts = `${passed} passed, ${failed} failed`;
writeFileSync(join(cache, "counts.txt"), `${counts}\n`);
const missing = notRun.length === 0 ? "" : ` ${notRun.length} could not run here.`;
console.log(`All in all ${passed} passed and ${failed} failed.${missing}`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
