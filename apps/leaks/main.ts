import { readLabelledFile } from "./labelled-file.ts";
import type { LabelledLine } from "./labelled-line.ts";
import { reportOf } from "./report.ts";
import { type JudgedLine, judgeLine, scoresOf } from "./score.ts";

/** Precision and recall of the leak guard on a labelled file: `npm run leaks -- FILE [--json]`. */
const USAGE = "Usage: npm run leaks -- FILE [--json]";

const LINES_A_TICK = 200;

const judgeAll = (lines: readonly LabelledLine[]): readonly JudgedLine[] => {
  const showsProgress = process.stderr.isTTY === true;
  const judged = lines.map((line, at) => {
    if (showsProgress && at % LINES_A_TICK === 0) process.stderr.write(`\r${at} of ${lines.length} lines`);
    return judgeLine(line);
  });
  if (showsProgress) process.stderr.write(`\r${lines.length} of ${lines.length} lines\n`);
  return judged;
};

const run = (words: readonly string[]): number => {
  const files = words.filter((word) => !word.startsWith("-"));
  const unknown = words.find((word) => word.startsWith("-") && word !== "--json");
  const [file] = files;
  if (unknown !== undefined || file === undefined || files.length > 1) {
    if (unknown !== undefined) console.error(`Unknown option ${unknown}`);
    console.error(USAGE);
    return 2;
  }
  const read = readLabelledFile(file);
  if (!read.ok) {
    console.error(read.error);
    return 1;
  }
  const judged = judgeAll(read.value);
  const scores = scoresOf(judged);
  console.log(words.includes("--json") ? JSON.stringify(scores) : reportOf(scores, judged));
  return 0;
};

process.exitCode = run(process.argv.slice(2));
