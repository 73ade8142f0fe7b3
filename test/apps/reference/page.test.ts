import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CALLS } from "#test/apps/api/calls.ts";
import { type RunningApi, startApi } from "#test/apps/api/running-api.ts";
import { openBrowser } from "#test/support/browser.ts";

const browser: Browser | null = await openBrowser();

describe.skipIf(browser === null)("the reference page in a browser", () => {
  let api: RunningApi;
  let page: Page;
  /** Whatever the browser complained of. */
  const complaints: string[] = [];
  const requests: string[] = [];
  // One page for all: a visit costs seconds on a busy machine.
  beforeAll(async () => {
    api = await startApi();
    page = await browser!.newPage({ viewport: { width: 1440, height: 900 } });
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("request", (request) => requests.push(request.url()));
    await page.goto(`${api.url}/docs#openConversation`);
    await page.waitForSelector("article");
  });
  afterAll(async () => {
    await browser?.close();
    await api.stop();
  });

  const picture = async (name: string): Promise<void> => {
    const folder = process.env.SCREENSHOTS;
    if (folder) await page.screenshot({ path: `${folder}/reference-${name}.png` });
  };

  test("shows every call, breaks no rule of its policy, and asks nobody else", async () => {
    expect(await page.locator("article").count()).toBeGreaterThanOrEqual(CALLS.length);
    expect(complaints).toEqual([]);
    for (const url of requests) expect(url.startsWith(`${api.url}/`)).toBe(true);
    await picture("light");
  });

  test("reads on a narrow screen without scrolling sideways", async () => {
    await page.setViewportSize({ width: 320, height: 640 });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(320);
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  test("puts the reader's key into the commands, and keeps it nowhere", async () => {
    await page.emulateMedia({ colorScheme: "dark" });
    await page.getByPlaceholder("Paste a key").fill("secret-of-the-reader");
    const command = page.locator("#openConversation pre").first();
    await command.getByText("Bearer secret-of-the-reader").waitFor();
    expect(await command.textContent()).toContain(`'${api.url}/v1/conversations'`);
    await picture("dark");
    expect(requests.join()).not.toContain("secret-of-the-reader");
    const kept = await page.evaluate(
      "JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])",
    );
    expect(kept).toBe('[{},{},""]');
  });

  test("finds calls by their words", async () => {
    await page.getByPlaceholder("Search calls and events").fill("opt-outs delete");
    await page.waitForFunction("document.querySelectorAll('article').length === 1");
    expect(await page.locator("article").getAttribute("id")).toBe("removeOptOut");
    await page.getByPlaceholder("Search calls and events").fill("xylophone");
    await page.getByText("Nothing has these words").waitFor();
    expect(complaints).toEqual([]);
  });
});
