import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

test("P7 without a page it polls by a timer, and after stop keeps no process alive", async () => {
  const program = `
    import { createDriver } from ${JSON.stringify(new URL("../../src/driver/driver.ts", import.meta.url).href)};
    let polls = 0;
    const driver = createDriver({ intervalMs: 2 });
    driver.add({ wake: null, poll() { polls += 1; if (polls === 10) { driver.stop(); console.log("stopped"); } } });
    driver.start();
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program], {
    timeout: 20_000,
  });
  expect(stdout.trim()).toBe("stopped");
});
