import { usageError } from "./command.ts";

/** Lines of JSON; which of them are good is for the server to say. */
export const linesOf = (text: string): readonly unknown[] =>
  text.split("\n").flatMap((line, i) => {
    if (line.trim() === "") return [];
    try {
      return [JSON.parse(line) as unknown];
    } catch {
      throw usageError(`Line ${i + 1} is no JSON`);
    }
  });
