/**
 * `npm test`: the static checks and every test, in two lanes side by side, then one line with the counts; a static check counts as
 * one test. With arguments, `npm test -- --project unit lobby`, they go to vitest, and the static checks are left out.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
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

/** The projects that burn the processor, and care for no clock but a virtual one. */
const PATIENT = ["unit", "simulation"];
/** Those with many windows, browsers and processes at a time. */
const CROWDED = ["demo", "faults", "nets"];
/** What is published: built and installed before its tests begin. */
const PACKAGE = ["package"];

const root = fileURLToPath(new URL("..", import.meta.url));
const cache = join(root, "node_modules/.cache/tickmesh");
const path = [join(root, "node_modules/.bin"), process.env["PATH"]].join(delimiter);
const started = performance.now();
const failures: string[] = [];
/** Titles of what could not run here, for want of a tool: told, and counted as neither passed nor failed. */
const notRun: string[] = [];
/** How long each took. */
const lanes: string[] = [];
let passed = 0;
let failed = 0;

interface Ran {
  readonly ok: boolean;
  readonly output: string;
}

/** `isPatient`: whether it gives way to what is not. */
async function run(command: string, stdio: "inherit" | "pipe", isPatient: boolean): Promise<Ran> {
  const env = { ...process.env, PATH: path };
  const asked = isPatient && process.platform !== "win32" ? `nice -n 10 ${command}` : command;
  const child = spawn(asked, { cwd: root, shell: true, stdio: ["ignore", stdio, stdio], env });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const [code] = await once(child, "close");
  return { ok: code === 0, output };
}

function say(title: string): void {
  console.log(`\n── ${title} ${"─".repeat(Math.max(3, 70 - title.length))}`);
}

async function staticCheck(title: string, command: string): Promise<void> {
  const since = performance.now();
  const { ok, output } = await run(command, "pipe", false);
  if (ok) passed += 1;
  else failed += 1;
  if (!ok) failures.push(title);
  if (!ok) say(title);
  console.log(ok ? `✓ ${title} (${seconds(since)})` : `${output}✗ ${title}: ${command}`);
}

async function vitest(lane: string, args: readonly string[], isPatient = false): Promise<void> {
  const since = performance.now();
  const reportFile = join(cache, `vitest-${lane}.json`);
  rmSync(reportFile, { force: true });
  const reporters = `--reporter=default --reporter=json --outputFile.json="${reportFile}"`;
  const { ok } = await run(
    `vitest run ${reporters} ${args.map((arg) => JSON.stringify(arg)).join(" ")}`,
    "inherit",
    isPatient,
  );
  const report = readReport(reportFile);
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
  if (!ok) failures.push(`tests (${lane})`);
  lanes.push(`${lane}: ${seconds(since)}`);
}

function readReport(file: string): VitestReport {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as VitestReport;
  } catch {
    return { numPassedTests: 0, numFailedTests: 0, testResults: [] };
  }
}

const only = (names: readonly string[]): string[] => names.flatMap((name) => ["--project", name]);
const without = (names: readonly string[]): string[] => names.flatMap((name) => ["--project", `!${name}`]);

async function patientLane(): Promise<void> {
  await staticCheck("format and lint", "biome ci --error-on-warnings --colors=off .");
  await staticCheck("types", "tsc --noEmit --pretty false");
  await staticCheck("layers", "depcruise src demo --config .dependency-cruiser.cjs --output-type err");
  await staticCheck("unused files, exports and packages", "knip --no-progress --treat-config-hints-as-errors");
  await vitest("patient", only(PATIENT), true);
  await vitest("package", only(PACKAGE));
}

async function waitingLane(): Promise<void> {
  await vitest("waiting", without([...PATIENT, ...PACKAGE, ...CROWDED]));
  await vitest("crowded", only(CROWDED));
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1_000).toFixed(1)} s`;
}

mkdirSync(cache, { recursive: true });
const args = process.argv.slice(2);
if (args.length > 0) await vitest("asked", args);
else {
  say("static checks, and tests in two lanes");
  // One waits most of the time; what is patient takes what that leaves of the processor.
  await Promise.all([patientLane(), waitingLane()]);
}

say("summary");
for (const title of notRun) console.log(title);
if (failures.length > 0) console.log(`failed: ${failures.join(", ")}`);
console.log(`took ${seconds(started)} (${lanes.join(", ")})`);
const counts = `${passed} passed, ${failed} failed`;
writeFileSync(join(cache, "counts.txt"), `${counts}\n`);
const missing = notRun.length === 0 ? "" : ` ${notRun.length} could not run here.`;
console.log(`All in all ${passed} passed and ${failed} failed.${missing}`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
