import { afterEach, beforeEach } from "vitest";
import { setDiagnosticsHandler } from "../../src/base/diagnostics.ts";

/** Collects the lines of the diagnostics hook, anew for each test of the file that calls this. */
export function collectDiagnostics(): readonly string[] {
  const lines: string[] = [];
  beforeEach(() => {
    lines.length = 0;
    setDiagnosticsHandler((line) => lines.push(line));
  });
  afterEach(() => setDiagnosticsHandler(null));
  return lines;
}
