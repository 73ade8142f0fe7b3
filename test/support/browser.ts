import { existsSync } from "node:fs";
import chromium from "@sparticuz/chromium";
import { type Browser, chromium as driver } from "playwright-core";

/** These keep a closed context from ending the browser. */
const LEFT_OUT = new Set(["--single-process", "--no-zygote"]);

/** A real Chromium: the one that `CHROMIUM_PATH` names, else that of a package; null where neither runs, which is said. */
export const openBrowser = async (): Promise<Browser | null> => {
  const named = process.env.CHROMIUM_PATH;
  if (named === undefined && (process.platform !== "linux" || process.arch !== "x64"))
    return absent("none here");
  const executablePath = named ?? (await chromium.executablePath());
  if (!existsSync(executablePath)) return absent(`${executablePath} does not exist`);
  return driver.launch({
    executablePath,
    args: chromium.args.filter((each) => !LEFT_OUT.has(each)),
    headless: true,
  });
};

const absent = (why: string): null => {
  console.warn(`No Chromium (${why}): the tests in a browser are skipped; CHROMIUM_PATH names one`);
  return null;
};
