import { playwright } from "@vitest/browser-playwright";
import type { TestProjectInlineConfiguration } from "vitest/config";
import { defineConfig } from "vitest/config";
import { chromiumLaunchOptions, windowOptions } from "./test/support/chromium.ts";
import { wireCommands } from "./test/support/wire-commands.ts";

// "tickmesh" means the sources here, so that no test waits for a build; only test/package tests the built package.
const conditions = ["tickmesh-source"];
const launchOptions = await chromiumLaunchOptions();

// One project after the other: tests that wait for real connections need the processor for themselves.
const order = ["unit", "simulation", "browser", "contract", "contract-node", "e2e", "package"];

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
      sequence: { groupOrder: order.indexOf(name) },
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
      sequence: { groupOrder: order.indexOf(name) },
      browser: {
        enabled: true,
        headless: true,
        screenshotFailures: false,
        provider: playwright({ launchOptions, contextOptions: windowOptions }),
        instances: [{ browser: "chromium", name }],
        commands: wireCommands,
      },
    },
  };
}

export default defineConfig({
  test: {
    projects: [
      inNode("unit"),
      inNode("simulation", { testTimeout: 30_000 }),
      inChromium("browser"),
      inChromium("contract"),
      inNode("contract-node", {
        include: ["test/contract/**/*.node.test.ts"],
        testTimeout: 20_000,
        fileParallelism: false,
        pool: "forks",
        execArgv: ["--expose-gc"],
      }),
      inNode("e2e", { testTimeout: 120_000, hookTimeout: 60_000, fileParallelism: false }),
      inNode("package", { testTimeout: 60_000, globalSetup: "test/package/install.ts", fileParallelism: false }),
    ],
  },
});
