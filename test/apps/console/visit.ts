import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { expect } from "vitest";

export interface Visit {
  readonly page: Page;
  /** Ends the visit; fails when the page has written anything into the browser's console. The browser itself writes down what was `refused`. */
  end(refused?: number): Promise<void>;
}

/** A browser without history; nothing that moves has to be waited for. */
export const visit = async (browser: Browser, options: BrowserContextOptions = {}): Promise<Visit> => {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    locale: "en-GB",
    reducedMotion: "reduce",
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const told: string[] = [];
  page.on("console", (message) => told.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => told.push(`error: ${error.message}`));
  return {
    page,
    end: async (refused) => {
      await context.close();
      expect(told.filter((line) => !line.includes(`status of ${refused} `))).toEqual([]);
    },
  };
};

/** Goes to a screen as a link of the page does, which is quicker than a new document; waits until it is drawn. */
export const goIn = async (page: Page, path: string): Promise<void> => {
  await page.evaluate(
    `history.pushState(null, "", ${JSON.stringify(path)}); dispatchEvent(new PopStateEvent("popstate"))`,
  );
  await page.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))");
  await page.waitForSelector("main:not(:has(.loading)) h1");
};

export const isWiderThanScreen = (page: Page): Promise<boolean> =>
  page.evaluate("document.documentElement.scrollWidth > innerWidth");

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

/** What axe finds wrong with the page as it is, one line each; with `rules`, by those alone. */
export const axeFinds = async (page: Page, rules?: readonly string[]): Promise<readonly string[]> => {
  const options = { resultTypes: ["violations"], ...(rules && { runOnly: rules }) };
  // Through the debugger, which no content security policy of the page concerns.
  const session = await page.context().newCDPSession(page);
  const { result: known } = await session.send("Runtime.evaluate", { expression: "typeof axe" });
  if (known.value === "undefined") await session.send("Runtime.evaluate", { expression: axeSource });
  const { result } = await session.send("Runtime.evaluate", {
    expression: `axe.run(document, ${JSON.stringify(options)}).then((found) => JSON.stringify(found))`,
    awaitPromise: true,
  });
  const { violations } = JSON.parse(String(result.value)) as AxeResult;
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
};
