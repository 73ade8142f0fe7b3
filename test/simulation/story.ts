import type { Submission } from "#test/simulation/carrier/carrier.ts";
import type { TypedText } from "#test/simulation/people/typed-text.ts";
import type { Scheduler } from "./scheduler.ts";

/** What happens, in plain words, one line an event. Every line is part of the world's fingerprint. */
export interface Story {
  say(line: string): void;
  typed(text: TypedText): void;
  /** A call to the store; told only if it names what is watched. */
  called(process: string, call: string, args: readonly unknown[], answer: unknown): void;
  submitted(submission: Submission): void;
}

/** Calls to the store are long; this much of one says enough. */
const CALL_MAX = 1_500;

export interface StoryOptions {
  readonly tell?: ((at: number, line: string) => void) | undefined;
  /** Part of an id or a text: every call to the store that names it is told as well. */
  readonly watch?: string | undefined;
}

export const createStory = (scheduler: Scheduler, { tell, watch }: StoryOptions): Story => {
  const say = (line: string): void => {
    scheduler.note(line);
    tell?.(scheduler.now(), line);
  };
  return {
    say,
    called: (process, call, args, answer) => {
      if (!tell || !watch) return;
      const line = `${JSON.stringify(args).slice(0, CALL_MAX)} => ${JSON.stringify(answer)?.slice(0, CALL_MAX)}`;
      if (line.includes(watch)) tell(scheduler.now(), `${process} ${call} ${line}`);
    },
    typed: ({ from, to, words, parts, lost }) => {
      const inParts = parts.length > 1 ? ` in ${parts.length} parts` : "";
      say(`${from} texts "${shorten(words)}" to ${to}${inParts}${lost === null ? "" : ", one gets lost"}`);
    },
    submitted: ({ process, link, text, source, destination, part, parts, messageId }) => {
      const piece = parts > 1 ? ` (part ${part + 1} of ${parts})` : "";
      const name = messageId.slice(0, 18);
      say(
        `${process} sends "${shorten(text)}"${piece} from ${source} to ${destination} over ${link}: ${name}`,
      );
    },
  };
};

const shorten = (text: string): string => (text.length > 24 ? `${text.slice(0, 21)}...` : text);
