import type { Browser } from "playwright-core";
import { expect } from "vitest";
import { until } from "../support/until.ts";

/** The title that a page gives itself once it is done. Rejects with what the page said; fails if it said anything wrong on the way. */
export async function titleOnceDone(browser: Browser, url: string): Promise<string> {
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && errors.push(message.text()));
  await page.goto(url);
  const title = await until(async () => {
    const now = await page.title();
    return now === "waiting" ? null : now;
  }).catch((error: Error) => {
    throw new Error(`${error.message}; the page said: ${errors.join("; ")}`, { cause: error });
  });
  await page.close();
  expect(errors).toEqual([]);
  return title;
}
