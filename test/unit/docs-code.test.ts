import { execFile } from "node:child_process";
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** TypeScript blocks of the documents, each a module that compiles by itself. */
function codeBlocks(): { readonly name: string; readonly code: string }[] {
  return globSync(["*.md", "docs/**/*.md"], { cwd: root }).flatMap((document) => {
    const text = readFileSync(`${root}/${document}`, "utf8");
    return [...text.matchAll(/^```(?:ts|typescript)\n([\s\S]*?)^```/gm)].map((match) => {
      const line = text.slice(0, match.index).split("\n").length;
      return { name: `${document.replaceAll(/\W/g, "-")}-line-${line}.ts`, code: `${match[1]}\nexport {};\n` };
    });
  });
}

test("the guide to testing runs as it stands, and what it asserts is so", { timeout: 60_000 }, async () => {
  const blocks = codeBlocks().filter(({ name }) => name.startsWith("docs-testing-netcode-"));
  expect(blocks.length).toBeGreaterThan(0);
  for (const { name, code } of blocks) {
    const args = ["--conditions=tickmesh-source", "--input-type=module-typescript", "--eval", code];
    // What `console.assert` finds it says there.
    const { stderr } = await promisify(execFile)(process.execPath, args, { cwd: root });
    expect(stderr, name).toBe("");
  }
});

test("code in the documents compiles", { timeout: 60_000 }, async () => {
  const folder = `${root}/node_modules/.cache/tickmesh/docs-code`;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const blocks = codeBlocks();
  for (const { name, code } of blocks) writeFileSync(`${folder}/${name}`, code);
  const configuration = {
    extends: `${root}/tsconfig.json`,
    compilerOptions: { noUnusedLocals: false, noUnusedParameters: false, types: [] },
    include: [],
    files: [...globSync(`${root}/src/**/*.d.ts`), ...blocks.map(({ name }) => `./${name}`)],
  };
  if (blocks.length === 0) return;
  writeFileSync(`${folder}/tsconfig.json`, JSON.stringify(configuration));
  const compiler = `${root}/node_modules/typescript/lib/tsc.js`;
  const result = await promisify(execFile)(process.execPath, [compiler, "-p", folder, "--pretty", "false"], {
    cwd: folder,
  }).catch((error: { stdout: string }) => error);
  expect(result.stdout).toBe("");
});
