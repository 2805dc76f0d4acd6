import { playwright } from "@vitest/browser-playwright";
import type { TestProjectInlineConfiguration } from "vitest/config";
import { defineConfig } from "vitest/config";
import { missingTools, TOOLS } from "./test/e2e/tools.ts";
import { chromiumLaunchOptions, windowOptions } from "./test/support/chromium.ts";
import { firefoxPath } from "./test/support/firefox.ts";
import { firefoxCommands, firefoxProvider } from "./test/support/firefox-provider.ts";
import { simulationCommands } from "./test/support/simulation-commands.ts";
import { wireCommands } from "./test/support/wire-commands.ts";

// "tickmesh" means the sources here, so that no test waits for a build; only test/package tests the built package.
const conditions = ["tickmesh-source"];
const launchOptions = await chromiumLaunchOptions();

// One group after the other, as far as one run has several of them: `npm test` makes several runs (test/run.ts).
const groups = [
  ["unit"],
  ["simulation"],
  ["browser", "contract", "contract-node", "firefox", "interop", "e2e"],
  ["demo"],
  ["faults"],
  ["nets"],
  ["package"],
];
/** What mostly waits, for time to pass or others to answer: one file at a time in Node, and one in a browser beside it. */
const waiting = { maxWorkers: 1 };

function placeOf(name: string): { readonly sequence: { readonly groupOrder: number } } {
  return { sequence: { groupOrder: groups.findIndex((group) => group.includes(name)) } };
}

function inNode(
  name: string,
  test: NonNullable<TestProjectInlineConfiguration["test"]> = {},
): TestProjectInlineConfiguration {
  return {
    ssr: { resolve: { conditions: [...conditions, "node", "module", "import", "default"] } },
    test: {
      name,
      environment: "node",
      include: [`test/${name}/**/*.test.ts`],
      ...placeOf(name),
      ...test,
    },
  };
}

function inChromium(name: string): TestProjectInlineConfiguration {
  return {
    resolve: {
      conditions: [...conditions, "browser", "module", "import", "default"],
      // simple-peer 10 asks for Node's events, which in browsers a package stands in for: this one came along with it.
      alias: { events: "bare-events" },
    },
    // Named here, because a dependency that vite finds while tests run makes it reload the page under them.
    optimizeDeps: {
      include: ["msgpackr/index-no-eval", "colyseus.js", "simple-peer/simplepeer.min.js", "@thaunknown/simple-peer"],
    },
    test: {
      name,
      include: [`test/${name}/**/*.test.ts`],
      exclude: ["**/*.node.test.ts"],
      testTimeout: 20_000,
      ...placeOf(name),
      ...waiting,
      browser: {
        enabled: true,
        headless: true,
        screenshotFailures: false,
        provider: playwright({ launchOptions, contextOptions: windowOptions }),
        instances: [{ browser: "chromium", name }],
        commands: { ...wireCommands, ...simulationCommands },
      },
    },
  };
}

/** The contract again; without a Firefox, project interop says that it did not run. */
function inFirefox(name: string): TestProjectInlineConfiguration {
  return {
    resolve: { conditions: [...conditions, "browser", "module", "import", "default"] },
    optimizeDeps: { include: ["msgpackr/index-no-eval"] },
    test: {
      name,
      include: ["test/interop/firefox/**/*.test.ts"],
      testTimeout: 20_000,
      ...placeOf(name),
      ...waiting,
      browser: {
        enabled: true,
        headless: true,
        screenshotFailures: false,
        provider: firefoxProvider(),
        instances: [{ browser: "firefox", name }],
        commands: { ...wireCommands, ...simulationCommands, ...firefoxCommands },
      },
    },
  };
}

// What is left out says so itself, in test/e2e/tools.test.ts.
const missingFiles = missingTools().flatMap((program) => TOOLS[program]?.files ?? []);
const demos = ["test/e2e/demo*.test.ts"];

export default defineConfig({
  test: {
    projects: [
      inNode("unit", { testTimeout: 120_000 }),
      inNode("simulation", { testTimeout: 120_000 }),
      inChromium("browser"),
      inChromium("contract"),
      inNode("contract-node", {
        include: ["test/contract/**/*.node.test.ts"],
        testTimeout: 20_000,
        ...waiting,
        pool: "forks",
        execArgv: ["--expose-gc"],
      }),
      ...(firefoxPath() === null ? [] : [inFirefox("firefox")]),
      inNode("interop", {
        include: ["test/interop/*.test.ts"],
        testTimeout: 60_000,
        hookTimeout: 60_000,
        ...waiting,
        pool: "forks",
      }),
      inNode("e2e", {
        exclude: [...missingFiles, ...demos],
        testTimeout: 120_000,
        hookTimeout: 60_000,
        ...waiting,
      }),
      inNode("demo", {
        include: demos,
        exclude: missingFiles,
        testTimeout: 120_000,
        hookTimeout: 60_000,
        fileParallelism: false,
      }),
      inNode("faults", { hookTimeout: 400_000, fileParallelism: false }),
      inNode("nets", { testTimeout: 300_000, hookTimeout: 300_000, fileParallelism: false }),
      inNode("package", { testTimeout: 60_000, globalSetup: "test/package/install.ts", fileParallelism: false }),
    ],
  },
});
