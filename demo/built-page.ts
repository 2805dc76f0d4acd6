import { existsSync, readdirSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { build, type InlineConfig } from "vite";

/** What the page is made of. The last one is as old as the last installation. */
const SOURCES = ["demo", "src", "index.html", "vite.config.ts", "package.json", "node_modules/.package-lock.json"];

const PAGE = "dist-demo/index.html";

/** Whether the page stands in `dist-demo/`, newer than all that it is made of. */
export function isPageFresh(root: string): boolean {
  const newest = Math.max(...SOURCES.map((source) => changedAtMs(join(root, source))));
  return changedAtMs(join(root, PAGE)) > newest;
}

/** Makes the page. */
export async function buildPage(root: string, config: InlineConfig): Promise<void> {
  const startedAt = new Date();
  await build({ ...config, root, logLevel: "error" });
  // What changed while it was built is newer than it.
  utimesSync(join(root, PAGE), startedAt, startedAt);
}

/** When a file, or any file or folder in a folder, was changed last; 0 if it is not there. */
function changedAtMs(path: string): number {
  if (!existsSync(path)) return 0;
  const inside = statSync(path).isDirectory() ? readdirSync(path, { recursive: true, encoding: "utf8" }) : [];
  return Math.max(statSync(path).mtimeMs, ...inside.map((file) => statSync(join(path, file)).mtimeMs));
}
