import type { Browser, CDPSession, Page } from "playwright-core";

/** A console that is open on a screen. */
export interface ConsoleVisit {
  readonly page: Page;
  readonly screen: string;
  /** Once what nobody needs is collected. */
  memory(): Promise<Memory>;
  /** What the page has written into the browser's console. */
  readonly told: readonly string[];
}

export interface Memory {
  readonly heapBytes: number;
  readonly nodes: number;
  readonly listeners: number;
}

export const visitConsole = async (
  browser: Browser,
  api: string,
  apiKey: string,
  screen: string,
): Promise<ConsoleVisit> => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 820 }, locale: "en-GB" });
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  const told: string[] = [];
  page.on("console", (message) => told.push(message.text()));
  page.on("pageerror", ({ message }) => told.push(message));
  await page.goto(api);
  await page.fill("input[name=key]", apiKey);
  await page.press("input[name=key]", "Enter");
  await page.waitForSelector("nav");
  const session = await context.newCDPSession(page);
  await session.send("Performance.enable");
  const visit = { page, screen, told, memory: () => memoryIn(session) };
  await showScreen(page, screen);
  return visit;
};

/** Whoever waits for so long does not wait any more. */
const SCREEN_MAX_MS = 20_000;

/** Goes there as a link of the page does; how long it took until the screen was drawn with what it shows, in milliseconds. */
export const showScreen = async (page: Page, path: string): Promise<number> => {
  const drawn = `(async () => {
    const began = performance.now();
    history.pushState(null, "", ${JSON.stringify(path)});
    dispatchEvent(new PopStateEvent("popstate"));
    do await new Promise(requestAnimationFrame);
    while (
      (document.querySelector("main .loading") || !document.querySelector("main h1")) &&
      performance.now() - began < ${SCREEN_MAX_MS}
    );
    return performance.now() - began;
  })()`;
  return page.evaluate<number>(drawn);
};

const memoryIn = async (session: CDPSession): Promise<Memory> => {
  await session.send("HeapProfiler.collectGarbage");
  const { metrics } = await session.send("Performance.getMetrics");
  const of = (name: string): number => metrics.find((each) => each.name === name)?.value ?? Number.NaN;
  return { heapBytes: of("JSHeapUsedSize"), nodes: of("Nodes"), listeners: of("JSEventListeners") };
};
