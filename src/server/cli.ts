#!/usr/bin/env node
import { missingPackages } from "./missing-packages.ts";

const missing = missingPackages();
if (missing.length > 0) {
  console.error(`The lobby server needs packages that are not installed:\n  npm install ${missing.join(" ")}`);
  process.exitCode = 1;
} else {
  const { runCli } = await import("./run-cli.ts");
  await runCli(process.argv.slice(2), process.env);
}
