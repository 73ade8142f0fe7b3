import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CALLS } from "#test/apps/api/calls.ts";
import { type RunningApi, startApi } from "#test/apps/api/running-api.ts";
import { openBrowser } from "#test/support/browser.ts";

const browser: Browser | null = await openBrowser();

describe.skipIf(browser === null)("the reference page in a browser", () => {
  let api: RunningApi;
  beforeAll(async () => {
    api = await startApi();
  });
  afterAll(async () => {
    await browser?.close();
    await api.stop();
  });

  interface Visit {
    readonly page: Page;
    /** Whatever the browser complained of. */
    readonly complaints: readonly string[];
    readonly requests: readonly string[];
  }

  const visit = async (options: BrowserContextOptions = {}, hash = ""): Promise<Visit> => {
    const context = await browser!.newContext({ viewport: { width: 1440, height: 900 }, ...options });
    const page = await context.newPage();
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("request", (request) => requests.push(request.url()));
    await page.goto(`${api.url}/docs${hash}`);
    await page.waitForSelector("article");
    return { page, complaints, requests };
  };

  test("shows every call, breaks no rule of its policy, and asks nobody else", async () => {
    const { page, complaints, requests } = await visit();
    expect(await page.locator("article").count()).toBeGreaterThanOrEqual(CALLS.length);
    expect(complaints).toEqual([]);
    for (const url of requests) expect(url.startsWith(`${api.url}/`)).toBe(true);
    const folder = process.env.SCREENSHOTS;
    if (folder) await page.screenshot({ path: `${folder}/reference-light.png` });
    await page.context().close();
  });

  test("finds calls by their words", async () => {
    const { page } = await visit();
    await page.getByPlaceholder("Search calls and events").fill("opt-outs delete");
    await page.waitForFunction("document.querySelectorAll('article').length === 1");
    expect(await page.locator("article").getAttribute("id")).toBe("removeOptOut");
    await page.getByPlaceholder("Search calls and events").fill("xylophone");
    await page.getByText("Nothing has these words").waitFor();
    await page.context().close();
  });

  test("puts the reader's key into the commands, and keeps it nowhere", async () => {
    const { page, requests } = await visit({ colorScheme: "dark" }, "#openConversation");
    await page.getByPlaceholder("Paste a key").fill("secret-of-the-reader");
    const command = page.locator("#openConversation pre").first();
    await command.getByText("Bearer secret-of-the-reader").waitFor();
    expect(await command.textContent()).toContain(`'${api.url}/v1/conversations'`);
    const folder = process.env.SCREENSHOTS;
    if (folder) await page.screenshot({ path: `${folder}/reference-dark.png` });
    expect(requests.join()).not.toContain("secret-of-the-reader");
    const kept = await page.evaluate(
      "JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])",
    );
    expect(kept).toBe('[{},{},""]');
    await page.context().close();
  });

  test("reads on a narrow screen without scrolling sideways", async () => {
    const { page } = await visit({ viewport: { width: 320, height: 640 } });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(320);
    await page.context().close();
  });
});
