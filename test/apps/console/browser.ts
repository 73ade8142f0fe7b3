import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import sparticuz from "@sparticuz/chromium";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { expect } from "vitest";

/** With these of its arguments, closing one context ends the whole browser. */
const UNFIT_ARGUMENTS: ReadonlySet<string> = new Set(["--single-process", "--no-zygote"]);

/** A real Chromium: the one that `CHROMIUM_PATH` names, or on Linux the one that comes with the packages. */
export const startBrowser = async (): Promise<Browser> => {
  const own = process.env.CHROMIUM_PATH;
  return chromium.launch({
    executablePath: own ?? (await sparticuz.executablePath()),
    args: own ? [] : sparticuz.args.filter((each) => !UNFIT_ARGUMENTS.has(each)),
    headless: true,
  });
};

/** Whether there is a browser for the tests of this machine. */
export const hasBrowser =
  process.env.CHROMIUM_PATH !== undefined || (process.platform === "linux" && process.arch === "x64");

export interface Visit {
  readonly page: Page;
  /** Ends the visit; fails when the page has written anything into the browser's console. */
  end(): Promise<void>;
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
  page.setDefaultTimeout(15_000);
  const told: string[] = [];
  page.on("console", (message) => told.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => told.push(`error: ${error.message}`));
  return {
    page,
    end: async () => {
      await context.close();
      expect(told).toEqual([]);
    },
  };
};

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

/** What axe finds wrong with the page as it is, one line each. */
export const axeFinds = async (page: Page): Promise<readonly string[]> => {
  // Through the debugger, which no content security policy of the page concerns.
  const session = await page.context().newCDPSession(page);
  await session.send("Runtime.evaluate", { expression: axeSource });
  const { result } = await session.send("Runtime.evaluate", {
    expression: "axe.run(document, { resultTypes: ['violations'] }).then((found) => JSON.stringify(found))",
    awaitPromise: true,
  });
  const { violations } = JSON.parse(String(result.value)) as AxeResult;
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
};
