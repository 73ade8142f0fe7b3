import { readFileSync } from "node:fs";
import { fail, ok, type Result } from "#core/result.ts";
import { type LabelledLine, readLabelledLine } from "./labelled-line.ts";

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "is a folder",
  EACCES: "may not be read",
};

/** All lines of a labelled file that are not empty. The error is one line a problem, each with file and line number. */
export const readLabelledFile = (file: string): Result<readonly LabelledLine[], string> => {
  let written: string;
  try {
    written = readFileSync(file, "utf8");
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    return fail(`${file}: ${REASONS[code] ?? "cannot be read"}`);
  }
  return parseLabelledLines(file, written);
};

const PROBLEMS_MAX = 10;

export const parseLabelledLines = (
  file: string,
  written: string,
): Result<readonly LabelledLine[], string> => {
  const lines: LabelledLine[] = [];
  const problems: string[] = [];
  const text = written.startsWith("\ufeff") ? written.slice(1) : written;
  text.split("\n").forEach((each, at) => {
    if (each.trim() === "") return;
    const read = readLabelledLine(each, at + 1);
    if (read.ok) lines.push(read.value);
    else problems.push(`${file}:${at + 1}: ${read.error}`);
  });
  if (problems.length > PROBLEMS_MAX) problems.splice(PROBLEMS_MAX, problems.length, `${file}: and more`);
  if (problems.length > 0) return fail(problems.join("\n"));
  return lines.length === 0 ? fail(`${file}: has no lines`) : ok(lines);
};
