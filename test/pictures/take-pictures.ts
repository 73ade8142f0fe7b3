import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { ADMIN, type RunningApi, startApi } from "#test/apps/api/running-api.ts";
import { openBrowser } from "#test/support/browser.ts";

/** Takes the pictures of the README and of the docs from a running console: `npm run pictures`. */
const FOLDER = fileURLToPath(new URL("../../docs/pictures/", import.meta.url));
const SIZE = { width: 1280, height: 820 };
const NUMBERS = { GB: 6, US: 4 };
const PEOPLE = [
  ["Maria", "Jonas", "ride-4711"],
  ["Ines", "Ole", "ride-4712"],
  ["Samira", "Kit", "order-1093"],
  ["Amelie", "Noah", "ride-4713"],
] as const;

const prepare = async (api: RunningApi): Promise<void> => {
  for (const [country, count] of Object.entries(NUMBERS))
    await api.ask("POST", "/v1/numbers/rent", { body: { country, count } });
  for (const [index, [a, b, reference]] of PEOPLE.entries()) {
    const participants = [
      { number: `+44770090010${index}`, name: a },
      { number: `+44770090020${index}`, name: b },
    ];
    await api.ask("POST", "/v1/conversations", { body: { participants, reference, intro: false } });
  }
};

const talk = async (page: Page): Promise<void> => {
  const say = async (index: 0 | 1, text: string): Promise<void> => {
    await page.fill(`#draft-${index}`, text);
    await page.press(`#draft-${index}`, "Enter");
    const other = page.locator(".handset").nth(1 - index);
    await other.locator(".bubble:not(.own)", { hasText: text }).waitFor();
    const own = page.locator(".handset").nth(index).locator(".bubble.own", { hasText: text });
    await own.locator("[data-state=delivered]").waitFor();
  };
  await say(0, "Hello Ben, I am at the corner");
  await say(1, "Two minutes! Look for the yellow coat beside the bakery, on the shady side of the street.");
  await say(0, "I see you");
};

const browser = await openBrowser();
if (!browser) process.exit(1);
const api = await startApi({ redeem: () => ADMIN });
try {
  mkdirSync(FOLDER, { recursive: true });
  await prepare(api);
  const context = await browser.newContext({ viewport: SIZE, reducedMotion: "reduce", locale: "en-GB" });
  const page = await context.newPage();
  const take = async (name: string): Promise<void> => {
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: `${FOLDER}${name}-${colorScheme}.png` });
    }
  };
  await page.goto(`${api.url}/#pass`);
  await page.waitForSelector("#draft-0");
  await talk(page);
  await page.locator("h1").focus();
  await take("playground");
  await page.getByRole("link", { name: "Open as conversation" }).click();
  await page.locator(".bubble a").nth(1).click();
  await page.waitForSelector(".way");
  await page.locator("h1").focus();
  await take("conversation");
  await page.getByRole("link", { name: "Now" }).click();
  await page.waitForSelector(".figures");
  // A line needs some seconds to be one.
  await page.waitForTimeout(6_000);
  await take("now");
} finally {
  await browser.close();
  await api.stop();
}
