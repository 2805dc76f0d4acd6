import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** A Chromium that came through npm, and what its process needs around it. */
export interface UnpackedChromium {
  readonly executablePath: string;
  /** Where its own copies of the system libraries and fonts are, for machines that have none. */
  readonly environment: Readonly<Record<string, string>>;
}

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Unpacks `@sparticuz/chromium` (Linux on x64 only) into a cache below `node_modules`, once, about 3 s. */
export async function unpackedChromium(): Promise<UnpackedChromium> {
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new Error("no Chrome or Chromium found: install one, or name its executable in the variable CHROMIUM");
  }
  const folder = join(root, "node_modules/.cache/tickmesh", `chromium-${packageVersion()}`);
  if (!existsSync(folder)) await unpackInto(folder);
  return {
    executablePath: join(folder, "chromium"),
    environment: { LD_LIBRARY_PATH: join(folder, "al2023/lib"), FONTCONFIG_PATH: join(folder, "fonts") },
  };
}

/** The package unpacks into the system's temporary folder, and its libraries only on Amazon's machines: so it is told both. */
async function unpackInto(folder: string): Promise<void> {
  const partial = `${folder}.${process.pid}`;
  await mkdir(partial, { recursive: true });
  const program = 'await (await import("@sparticuz/chromium")).default.executablePath()';
  const environment = { ...process.env, TMPDIR: partial, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x" };
  await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program], {
    cwd: root,
    env: environment,
  });
  await writeFile(join(partial, "fonts/fonts.conf"), fontsConfiguration);
  await rename(partial, folder).catch(async (error: unknown) => {
    await rm(partial, { recursive: true, force: true });
    if (!existsSync(folder)) throw error; // else somebody else was faster
  });
}

// The package's own names only places outside its folder.
const fontsConfiguration = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;

function packageVersion(): string {
  const require = createRequire(import.meta.url);
  const manifest = join(dirname(require.resolve("@sparticuz/chromium")), "../package.json");
  return String((require(manifest) as { version: unknown }).version);
}
