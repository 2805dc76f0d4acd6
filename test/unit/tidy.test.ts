import { globSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { type ESTree, parseSync, Visitor } from "vite";
import { expect, test } from "vitest";

const root = new URL("../..", import.meta.url);
const find = (...patterns: string[]): string[] => globSync(patterns, { cwd: root }).sort();
const read = (path: string): string => readFileSync(new URL(path, root), "utf8");

const sources = find("src/**/*.ts");
const everyScript = find("{src,demo,test,bench}/**/*.ts", "*.ts");
const everyText = [...everyScript, ...find("*.{md,json,html,cjs}", "docs/**/*.md", "demo/**/*.css", ".ci/run")];

/** Places where a file matches, as `file:line: text`. */
function matches(files: string[], pattern: RegExp, prepare: (text: string) => string = (text) => text): string[] {
  return files.flatMap((file) =>
    prepare(read(file))
      .split("\n")
      .flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [])),
  );
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, "")).replace(/(^|\s)\/\/.*$/gm, "$1");
}

/** Rules are lines of docs/behaviour.md; the duties of backends, signallers and relay pipes stand in the contracts' own files. */
function definedRules(): string[] {
  const behaviour = read("docs/behaviour.md").matchAll(/^- \*\*([A-Z]\d+)\*\* /gm);
  const duties = sources.flatMap((file) => [...read(file).matchAll(/^ \* {1,2}([BIR]\d+) {1,2}\S/gm)]);
  return [...behaviour, ...duties].map((match) => match[1] as string);
}

/** What adds a test or a group of them: `test(`, `test.each([…])(`, `duty(` of the contracts, … */
function addsTests(callee: ESTree.Expression): boolean {
  if (callee.type === "CallExpression") return addsTests(callee.callee);
  if (callee.type === "MemberExpression") return addsTests(callee.object);
  return callee.type === "Identifier" && ["test", "duty", "describe"].includes(callee.name);
}

/** The beginning of a title that is written out where its test is added. */
function writtenTitle(title: ESTree.Argument | undefined): string | null {
  if (title?.type === "Literal") return typeof title.value === "string" ? title.value : null;
  return title?.type === "TemplateLiteral" ? (title.quasis[0]?.value.cooked ?? null) : null;
}

function titles(file: string): string[] {
  const { program, errors } = parseSync(file, read(file));
  expect(errors).toEqual([]);
  const found: string[] = [];
  new Visitor({
    CallExpression({ callee, arguments: [first] }) {
      const title = addsTests(callee) ? writtenTitle(first) : null;
      if (title !== null) found.push(title);
    },
  }).visit(program);
  return found;
}

/** Ids at the start of a title: `test("C1 …`, `describe("B2 …`, several as `"D3, D4 …`. */
function testedRules(): Map<string, string> {
  const letters = [...new Set(definedRules().map((id) => id[0]))].join("");
  const start = new RegExp(`^((?:[${letters}]\\d+(?:, | and |\\b))+)[ :]`);
  const tested = new Map<string, string>();
  for (const file of find("test/**/*.ts")) {
    for (const title of titles(file)) {
      for (const id of start.exec(title)?.[1]?.match(/[A-Z]\d+/g) ?? []) tested.set(id, file);
    }
  }
  return tested;
}

test("every rule has one id of its own", () => {
  const ids = definedRules();
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  expect(ids.length).toBeGreaterThan(0);
});

test("every rule has a test whose title starts with its id", () => {
  const tested = testedRules();
  expect(definedRules().filter((id) => !tested.has(id))).toEqual([]);
});

test("every id in a test's title is a rule", () => {
  const defined = new Set(definedRules());
  expect([...testedRules()].filter(([id]) => !defined.has(id))).toEqual([]);
});

test("chance is drawn in src/base alone", () => {
  const outside = sources.filter((file) => !file.startsWith("src/base/"));
  expect(matches(outside, /Math\.random|getRandomValues|randomUUID/, withoutComments)).toEqual([]);
});

test("time is read in src/base/clock.ts alone", () => {
  const outside = sources.filter((file) => file !== "src/base/clock.ts");
  expect(matches(outside, /\bDate\b\s*[.(]|performance\.(now|timeOrigin)/, withoutComments)).toEqual([]);
});

test("timers live in the driver, the lobby and the server, and where a backend closes", () => {
  // In Node a backend also needs them to learn what has been delivered, to put events in order, and to connect.
  const allowed =
    /^src\/(driver|lobby|server)\/|^src\/backends\/(browser\/closing|relay\/relay-link|node\/(farewell|leftovers|node-backend|node-channel|settled))\.ts$/;
  const outside = sources.filter((file) => !allowed.test(file));
  const timers = /\b(set(Timeout|Interval|Immediate)|requestAnimationFrame|requestIdleCallback)\(/;
  expect(matches(outside, timers, withoutComments)).toEqual([]);
});

test("the browser's side uses no API that needs a secure context, and nothing that a strict policy forbids", () => {
  const browser = sources.filter((file) => !file.startsWith("src/server/"));
  expect(
    matches(browser, /randomUUID|crypto\.subtle|createObjectURL|\beval\(|new Function\(/, withoutComments),
  ).toEqual([]);
});

test("no test is tried again, skipped or run alone", () => {
  const tests = find("test/**/*.ts", "vitest.config.ts").filter((file) => !file.endsWith("tidy.test.ts"));
  expect(matches(tests, /\bretry: ?\d|\.(only|skip|todo|fails)\(/, withoutComments)).toEqual([]);
});

test("files are short, and named after one idea", () => {
  expect(sources.filter((file) => read(file).split("\n").length > 500)).toEqual([]);
  expect(everyScript.filter((file) => /util|helper|manager/i.test(basename(file)))).toEqual([]);
  expect(matches(everyScript, /^(?=\s*(\/\/|\/?\*)).{141,}$/)).toEqual([]);
  expect(matches(everyScript, /\binterface I[A-Z][a-z]/)).toEqual([]);
});

test("nothing is left to do, and no machine is named", () => {
  const others = everyText.filter((file) => !file.endsWith("tidy.test.ts"));
  expect(matches(others, /\b(TODO|FIXME|XXX|HACK)\b|@ts-(ignore|nocheck)/)).toEqual([]);
  expect(matches(others, /\/(work|root)\//)).toEqual([]);
});

test("the lock file names the packages of every platform", () => {
  interface Locked {
    readonly optionalDependencies?: Record<string, string>;
  }
  const { packages } = JSON.parse(read("package-lock.json")) as { packages: Record<string, Locked> };
  const locked = new Set(Object.keys(packages).map((path) => path.slice(path.lastIndexOf("node_modules/") + 13)));
  const wanted = Object.values(packages).flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}));
  expect(wanted.filter((name) => !locked.has(name))).toEqual([]);
});
